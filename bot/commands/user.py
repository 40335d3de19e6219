"""``shopdesk user …``: who may sign in to the console. It works beside a running ``serve``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say, tell
from bot.localisation.terminal import in_words

if TYPE_CHECKING:
    from bot.store.users import UserStore

users = typer.Typer(name="user", help="People who may sign in to the console.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The user's name.")]


@users.command()
def add(
    name: Name,
    role: Annotated[
        Literal["owner", "editor", "agent"],
        typer.Option(help="agent: conversations; editor: what the assistant knows too; owner: settings and users too."),
    ] = "agent",
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Add a user; the password is made up and shown this once."""
    with _opened(data) as store:
        password = store.add(name, role)
    _tell(name, password, as_json)


@users.command()
def password(name: Name, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Give a user a new password, shown this once, and sign them out."""
    with _opened(data) as store:
        made = store.set_password(name)
    _tell(name, made, as_json)


@users.command()
def role(
    name: Name,
    new: Annotated[Literal["owner", "editor", "agent"], typer.Argument(metavar="ROLE", help="owner, editor or agent.")],
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Give a user another role, at once."""
    with _opened(data) as store:
        store.set_role(name, new)
    if as_json:
        print_json({"name": name, "role": new})
    else:
        tell(f"{name} is {new} now.")


@users.command(name="list")
def show_all(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Show every user."""
    with _opened(data) as store:
        found = store.all()
    if as_json:
        print_json([{"name": user.name, "role": user.role} for user in found])
    else:
        say(
            "\n".join(f"{user.name}  {user.role}" for user in found)
            or in_words("No user yet: 'shopdesk serve' makes the first one.")
        )


@users.command()
def remove(name: Name, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Take a user away."""
    with _opened(data) as store:
        store.remove(name)
    if as_json:
        print_json({"removed": name})
    else:
        tell(f"Removed {name}.")


def _tell(name: str, password: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "password": password})
    else:
        tell(f"user {name}, password {password}")


@contextmanager
def _opened(data: Path) -> Iterator[UserStore]:
    from bot.commands.beside import open_users
    from bot.settings import load_settings

    with open_users(load_settings(**named(data))) as store:
        yield store
