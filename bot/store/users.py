"""The shop's own people: who may sign in to the console, as what, and what they changed there."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.errors import InputError
from bot.store.database import metadata

Role = Literal["owner", "editor", "agent"]
ROLES: tuple[Role, ...] = ("owner", "editor", "agent")
"""Each may do what those after it may: agents see and answer conversations, editors change what the assistant knows, owners
change settings and users."""

users = Table(
    "users",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("role", String(10), nullable=False),
    Column("password", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
logins = Table(
    "logins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_name", ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("user_name", String(60), nullable=False),
    Column("action", String(60), nullable=False),
    Column("details", JSON, nullable=False),
)
LOGIN_LIFE = timedelta(hours=12)
SHORTEST_PASSWORD = 10
COST = {"n": 2**14, "r": 8, "p": 1}
"""Of scrypt (RFC 7914), as OWASP's password storage cheat sheet has it for 16 MiB."""
_NAME = re.compile(r"[\w.@+-]{1,60}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    name: str
    role: Role
    created_at: datetime

    def may(self, role: Role) -> bool:
        """Whether the user may do what ``role`` may."""
        return ROLES.index(self.role) <= ROLES.index(role)


class UserStore:
    """Reads and writes users. Passwords are kept as scrypt hashes, sign-ins as SHA-256 of 256 random bits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, role: Role, password: str | None = None) -> str:
        """A new user; the password, which is made up when none is given.

        Raises:
            InputError: the name is taken or unusable, the role unknown, or the password too short.
        """
        if not _NAME.fullmatch(name):
            raise InputError(f"A user's name has 1 to 60 letters, digits and . @ + - _ and no spaces, not {name[:60]!r}.")
        _check_role(role)
        password = password or secrets.token_urlsafe(12)
        row = {"name": name, "role": role, "password": _hashed(password), "created_at": datetime.now(UTC)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(users).values(**row))
        except IntegrityError as error:
            raise InputError(f"There is a user {name!r} already: choose another name.") from error
        return password

    def set_password(self, name: str, password: str | None = None) -> str:
        """Replaces the password and signs the user out everywhere; the new one, made up when none is given.

        Raises:
            InputError: there is no such user, or the password is too short.
        """
        password = password or secrets.token_urlsafe(12)
        with self._engine.begin() as connection:
            changed = connection.execute(update(users).where(users.c.name == name).values(password=_hashed(password)))
            if not changed.rowcount:
                raise _unknown(name)
            connection.execute(delete(logins).where(logins.c.user_name == name))
        return password

    def set_role(self, name: str, role: Role) -> None:
        """Gives the user another role, from their next click on.

        Raises:
            InputError: there is no such user or role, or it is the last owner.
        """
        _check_role(role)
        with self._engine.begin() as connection:
            if role != "owner":
                _keep_an_owner(connection, name)
            if not connection.execute(update(users).where(users.c.name == name).values(role=role)).rowcount:
                raise _unknown(name)

    def remove(self, name: str) -> None:
        """Takes a user away and signs them out.

        Raises:
            InputError: there is no such user, or it is the last owner.
        """
        with self._engine.begin() as connection:
            _keep_an_owner(connection, name)
            if not connection.execute(delete(users).where(users.c.name == name)).rowcount:
                raise _unknown(name)

    def all(self) -> tuple[User, ...]:
        """Every user, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(users.c.name, users.c.role, users.c.created_at).order_by(users.c.created_at)).all()
        return tuple(User(*row) for row in rows)

    def sign_in(self, name: str, password: str) -> str | None:
        """A token that stands for the user from now on; None for an unknown name and a wrong password alike, in equal time."""
        with self._engine.connect() as connection:
            stored = connection.execute(select(users.c.password).where(users.c.name == name)).scalar()
        if not _fits(password, stored or _NOBODY) or stored is None:
            return None
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        with self._engine.begin() as connection:
            connection.execute(delete(logins).where(logins.c.expires_at < now))
            connection.execute(insert(logins).values(token_hash=_digest(token), user_name=name, expires_at=now + LOGIN_LIFE))
        return token

    def signed_in(self, token: str) -> User | None:
        """Who signed in with this token and has neither signed out nor been away too long."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(users.c.name, users.c.role, users.c.created_at)
                .join(logins)
                .where((logins.c.token_hash == _digest(token)) & (logins.c.expires_at > datetime.now(UTC)))
            ).one_or_none()
        return User(*row) if row else None

    def sign_out(self, token: str) -> None:
        """Ends what :meth:`sign_in` began."""
        with self._engine.begin() as connection:
            connection.execute(delete(logins).where(logins.c.token_hash == _digest(token)))

    def record(self, user: str, action: str, **details: Any) -> None:
        """Notes in the audit log that ``user`` did something."""
        with self._engine.begin() as connection:
            connection.execute(insert(audit).values(at=datetime.now(UTC), user_name=user, action=action[:60], details=details))

    def audited(self, limit: int = 200) -> list[dict[str, Any]]:
        """The audit log, newest first, as ``at, user, action, details``."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(audit.c.at, audit.c.user_name, audit.c.action, audit.c.details).order_by(audit.c.id.desc()).limit(limit)
            ).all()
        return [dict(zip(("at", "user", "action", "details"), row, strict=True)) for row in rows]


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"A role is one of {', '.join(ROLES)}, not {role!r}.")


def _keep_an_owner(connection: Connection, name: str) -> None:
    owners = connection.execute(select(users.c.name).where(users.c.role == "owner").with_for_update()).scalars().all()
    if owners == [name]:
        raise InputError(f"{name!r} is the last owner: make another user an owner first.")


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(f"A password has {SHORTEST_PASSWORD} characters or more.")
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt)}"


def _scrypt(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **COST).hex()


def _fits(password: str, stored: str) -> bool:
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), digest)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _unknown(name: str) -> InputError:
    return InputError(f"There is no user {name[:60]!r}: the list of users shows who there is, `shopdesk user list` too.")


_NOBODY = f"{'0' * 32}${'0' * 128}"
