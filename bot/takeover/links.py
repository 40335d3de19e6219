"""The takeover link: a token that is made from the handover and a secret, so that nothing of it need be stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.errors import DataDirectoryError
from bot.settings import Settings
from bot.store.handover_records import Handover
from bot.store.handovers import HandoverStore

KEY_FILE = "takeover.key"
PATH = "/takeover/"
_LONGEST = 100


class Expired(Exception):
    """Raised for a link that was good once: it is too old, or the handover is over."""


@dataclass(frozen=True, slots=True)
class TakeoverLinks:
    """Makes and checks tokens ``HANDOVER.EXPIRY.SIGNATURE``; the signature (HMAC-SHA256) covers the conversation's id too."""

    secret: bytes
    address: str
    life: timedelta

    @classmethod
    def open(cls, settings: Settings) -> TakeoverLinks:
        """The links that the settings ask for. The secret is made once and kept in the data directory, for its owner only."""
        given = settings.takeover_secret
        secret = given.get_secret_value().encode() if given else _kept_secret(settings.data / KEY_FILE)
        return cls(secret, settings.address, timedelta(hours=settings.takeover_hours))

    def token(self, handover: Handover) -> str:
        """The token of a handover, always the same one."""
        expires = int((handover.requested_at + self.life).timestamp())
        return f"{handover.id}.{expires}.{self._signature(handover.id, expires, handover.conversation)}"

    def path(self, handover: Handover) -> str:
        """The address to open, on the host that the page itself is on."""
        return f"{PATH}{self.token(handover)}"

    def url(self, handover: Handover) -> str:
        """The address to open, from anywhere."""
        return f"{self.address}{self.path(handover)}"

    def read(self, token: str, store: HandoverStore) -> Handover | None:
        """The handover that a token opens; None for a token that is none.

        Raises:
            Expired: the token is too old, or the handover is over.
        """
        number, _, rest = token.partition(".")
        expires, _, signature = rest.partition(".")
        if len(token) > _LONGEST or not (token.isascii() and number.isdigit() and expires.isdigit()):
            return None
        handover = store.find(min(int(number), 2**31 - 1))
        right = self._signature(int(number), int(expires), handover.conversation if handover else "")
        if not hmac.compare_digest(right, signature) or handover is None:
            return None
        if datetime.now(UTC).timestamp() > int(expires) or handover.released_at is not None:
            raise Expired
        return handover

    def _signature(self, handover: int, expires: int, conversation: str) -> str:
        signed = f"takeover\n{handover}\n{expires}\n{conversation}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self.secret, signed, hashlib.sha256)).rstrip(b"=").decode()

    def __repr__(self) -> str:
        return f"TakeoverLinks(address={self.address!r}, life={self.life!r})"


def _kept_secret(path: Path) -> bytes:
    """The secret in the file, which is made when there is none yet; when two processes begin at once, that of the first."""
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        kept = path.read_bytes().strip()
    except OSError as error:
        raise DataDirectoryError(f"{str(path)!r} cannot be used ({error.strerror}): correct its permissions.") from error
    if len(kept) < 32:
        raise DataDirectoryError(f"{str(path)!r} holds no secret: remove it, and a new one is made.")
    return kept


def _make(path: Path) -> None:
    whole = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
    try:
        os.link(whole, path)
    except FileExistsError:
        return
    finally:
        whole.unlink()
