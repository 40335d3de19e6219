"""Who speaks, as the shop signs it: a JSON Web Token (RFC 7519), HS256 or RS256, that names the customer for one site.

``aud`` is the site's key, ``sub`` the customer's id, ``exp`` says until when they count as logged in; ``name`` and ``email``
may be there. ``kid`` names the signing key; without one every key of the algorithm is tried.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from jwt.exceptions import InvalidSubjectError

from bot.errors import InputError

Algorithm = Literal["HS256", "RS256"]
Fault = Literal[
    "malformed", "incomplete", "too_long_lived", "unknown_key", "wrong_algorithm", "wrong_signature", "expired",
    "not_yet_valid", "wrong_audience",
]  # fmt: skip
LONGEST_TOKEN = 8192
LONGEST_ID = 200
LEEWAY_S = 30
_SMALLEST_RSA = 2048
_SENTENCES: Mapping[Fault, str] = {
    "malformed": "The identity token is no JSON Web Token: sign one as docs/widget.md shows.",
    "incomplete": "The identity token lacks a claim or has one of the wrong kind: it needs 'sub', 'aud' and 'exp'.",
    "too_long_lived": "The identity token's 'exp' lies too far ahead: let it end with the log-in, within {hours:g} hours.",
    "unknown_key": "The identity token is signed with a key that this site does not have: 'shopdesk site keys' shows them.",
    "wrong_algorithm": "The identity token's algorithm is not its key's: sign with HS256 or RS256, as the key was made.",
    "wrong_signature": "The identity token's signature does not fit: sign it with the site's own key.",
    "expired": "The identity token has expired: have the shop sign a new one.",
    "not_yet_valid": "The identity token is not valid yet: check the clocks.",
    "wrong_audience": "The identity token is for another site: 'aud' has to be this site's key.",
}
_FAULTS: tuple[tuple[type[jwt.PyJWTError], Fault], ...] = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not_yet_valid"),
    (jwt.InvalidAudienceError, "wrong_audience"),
    (jwt.MissingRequiredClaimError, "incomplete"),
    (InvalidSubjectError, "incomplete"),
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of a site: the shared secret of HS256, or the public key of RS256 as PEM."""

    kid: str
    algorithm: Algorithm
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer whom the shop has vouched for until ``until``."""

    customer: str
    until: datetime
    name: str | None = None
    email: str | None = None


class IdentityError(Exception):
    """A token that proves nothing. ``fault`` says why; the message is one sentence, without anything of the token in it."""

    def __init__(self, fault: Fault, hours: float = 0) -> None:
        super().__init__(_SENTENCES[fault].format(hours=hours))
        self.fault = fault


def verified(token: str, keys: Sequence[SigningKey], site: str, hours: float) -> Identity:
    """The customer whom a token names, if one of the site's keys signed it and it is valid now, give or take 30 seconds.

    Args:
        token: the JWT in its compact form.
        keys: the site's keys; a key's algorithm is the only one that it verifies, whatever the token says.
        site: the key of the site, which the token must be meant for.
        hours: how far ahead ``exp`` may lie.

    Raises:
        IdentityError: for every other token.
    """
    try:
        claims = _signed(token, keys, site)
        until = int(claims["exp"])
    except jwt.PyJWTError as error:
        raise IdentityError(next((fault for kind, fault in _FAULTS if isinstance(error, kind)), "malformed")) from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise IdentityError("malformed") from error
    if until > time.time() + hours * 3600 + LEEWAY_S:
        raise IdentityError("too_long_lived", hours)
    customer = claims["sub"]
    if not customer.strip() or len(customer) > LONGEST_ID or not customer.isprintable():
        raise IdentityError("incomplete")
    return Identity(customer, datetime.fromtimestamp(until + LEEWAY_S, UTC), _text(claims, "name"), _text(claims, "email"))


def audience(token: str) -> str:
    """The key of the site that a token says it is for, unproved; empty where it says none."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return ""
    site = claims.get("aud")
    return site if isinstance(site, str) else ""


def _signed(token: str, keys: Sequence[SigningKey], site: str) -> dict[str, Any]:
    """The claims of a token that one of the keys signed for the site."""
    header = jwt.get_unverified_header(token)
    kid = header.get("kid")
    named = [key for key in keys if kid is None or key.kid == kid]
    if not named:
        raise IdentityError("unknown_key")
    fitting = [key for key in named if key.algorithm == header.get("alg")]
    if not fitting:
        raise IdentityError("wrong_algorithm")
    for key in fitting:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, key.key, [key.algorithm], {"require": ["exp", "sub", "aud"]}, audience=site, leeway=LEEWAY_S
            )
        except jwt.InvalidSignatureError:
            continue
        return claims
    raise IdentityError("wrong_signature")


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    shown = " ".join(value.split())[:LONGEST_ID] if isinstance(value, str) else ""
    return shown if shown and shown.isprintable() else None


def signed(key: SigningKey, site: str, customer: str, seconds: float, name: str | None = None, email: str | None = None) -> str:
    """A token for a customer as a shop's server signs it with the shared secret ``key``, valid for ``seconds`` from now."""
    claims = {"aud": site, "sub": customer, "exp": int(time.time() + seconds), "name": name, "email": email}
    given = {claim: value for claim, value in claims.items() if value is not None}
    return jwt.encode(given, key.key, key.algorithm, {"kid": key.kid})


def new_secret() -> str:
    """A secret for HS256: 256 random bits, as text to be used as it stands."""
    return secrets.token_urlsafe(32)


def public_key(pem: bytes) -> str:
    """An RSA public key for RS256, checked and in one spelling.

    Raises:
        InputError: for a private key, another kind of key, one too short, or something else.
    """
    if b"PRIVATE KEY" in pem:
        raise InputError(
            "This is a private key, which never leaves the shop: give its public key (openssl rsa -in KEY -pubout)."
        )
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError("This is no public key in PEM form: make one with 'openssl rsa -in KEY -pubout'.") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_RSA:
        raise InputError(f"RS256 needs an RSA key of {_SMALLEST_RSA} bits or more: make one with 'openssl genrsa 2048'.")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
