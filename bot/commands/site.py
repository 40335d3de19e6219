"""``shopdesk site …``: the web sites that may embed the widget. It works beside a running ``serve``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say, tell
from bot.errors import InputError
from bot.localisation.terminal import in_words
from bot.localisation.validation import complaint

if TYPE_CHECKING:
    from bot.access.identity import SigningKey
    from bot.settings import Settings
    from bot.store.sites import Site, SiteSettings, SiteStore

sites = typer.Typer(name="site", help="Web sites that may embed the widget.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The site's key, sd_…")]


@sites.command()
def add(
    origins: Annotated[list[str], typer.Argument(help="Origins of its pages: https://shop.example, https://*.shop.example.")],
    name: Annotated[str | None, typer.Option(help="What you call it; its first origin when not given.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Let the pages of some origins embed the widget."""
    from bot.store.sites import snippet_of

    with _opened(data) as (store, settings):
        site = store.add(origins, name or urlsplit(origins[0]).netloc or origins[0])
    if as_json:
        print_json(site.to_dict())
    else:
        say(_text(site))
        tell("\nPut this into its pages, before </body>:")
        say(snippet_of(site, settings.address))


@sites.command(name="list")
def show_all(data: Data = DEFAULT, as_json: Json = False) -> None:
    """Show every site."""
    with _opened(data) as (store, _):
        found = store.all()
    if as_json:
        print_json([site.to_dict() for site in found])
    else:
        say(
            "\n\n".join(map(_text, found))
            or in_words("No site yet: its pages may not embed the widget. shopdesk site add ORIGIN")
        )


@sites.command(name="set")
def change(
    key: Key,
    name: Annotated[str | None, typer.Option(help="What you call it.")] = None,
    origins: Annotated[
        list[str] | None, typer.Option("--origin", help="An origin of its pages; all of them anew, once for each.")
    ] = None,
    more: Annotated[list[str] | None, typer.Option("--add-origin", help="One more origin of its pages.")] = None,
    color: Annotated[str | None, typer.Option(help="Theme colour, #rrggbb.")] = None,
    position: Annotated[Literal["right", "left"] | None, typer.Option(help="Side of the launcher.")] = None,
    greeting: Annotated[str | None, typer.Option(help="First words in English; '' for the shop's own.")] = None,
    greeting_zh: Annotated[str | None, typer.Option(help="First words in Chinese; '' for the shop's own.")] = None,
    proactive: Annotated[
        list[str] | None,
        typer.Option(
            help='A proactive rule as JSON, once for each, all of them anew: {"after_s": 20, "page": "/p/*", "text": "…",'
            ' "text_zh": "…", "once": true}; \'\' for none.'
        ),
    ] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Change a site; what is not given stays."""
    given: dict[str, Any] = {"color": color, "position": position, "greeting": greeting, "greeting_zh": greeting_zh}
    changes = {field: value or None for field, value in given.items() if value is not None}
    if proactive is not None:
        changes["proactive"] = [_parsed(rule) for rule in proactive if rule]
    with _opened(data) as (store, _):
        site = store.get(key)
        allowed = [*(site.origins if origins is None else origins), *(more or ())]
        site = store.change(key, name, allowed, _changed(site.settings, changes))
    if as_json:
        print_json(site.to_dict())
    else:
        say(_text(site))


@sites.command()
def remove(key: Key, data: Data = DEFAULT, as_json: Json = False) -> None:
    """Close the widget and the API to a site's pages; its conversations stay."""
    with _opened(data) as (store, _):
        store.remove(key)
    if as_json:
        print_json({"removed": key})
    else:
        tell(f"Removed {key}.")


@sites.command()
def snippet(
    key: Key,
    url: Annotated[str | None, typer.Option(help="Address of this server for browsers; 'public_url' when not given.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Print the line of HTML that puts the widget into a page."""
    from bot.access.origins import normalised
    from bot.store.sites import snippet_of

    with _opened(data) as (store, settings):
        site = store.get(key)
    address = normalised(url) if url else settings.address
    if address is None:
        raise InputError(f"{url!r} is no address of a server: write it like 'https://chat.shop.example'.")
    line = snippet_of(site, address)
    if as_json:
        print_json({"key": key, "html": line})
    else:
        say(line)


@sites.command()
def keys(
    key: Key,
    add: Annotated[bool, typer.Option("--add", help="Make a secret for HS256 and print it, this once.")] = False,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="Add an RSA public key in PEM form, for RS256.")
    ] = None,
    kid: Annotated[str | None, typer.Option(help="What to call the new key; made up when not given.")] = None,
    remove: Annotated[str | None, typer.Option("--remove", metavar="KID", help="Forget a key.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show, add and remove the keys that sign who a site's customers are. Several may be valid at a time."""
    if add + (public_key is not None) + (remove is not None) > 1:
        raise InputError("One thing at a time: --add, --public-key or --remove.")
    with _opened(data) as (store, _):
        store.get(key)
        added = _new_key(kid, public_key) if add or public_key else None
        if added:
            store.signing_keys.add(key, added)
        if remove is not None:
            store.signing_keys.remove(key, remove)
        listed = store.signing_keys.listed(key)
    secret = added.key if added and add else None
    if as_json:
        print_json({"key": key, "keys": listed, **({"kid": added.kid, "secret": secret} if added and secret else {})})
        return
    if added and secret:
        tell(f"Secret of the new key {added.kid!r}, shown this once; it belongs on the shop's server only:")
        say(f"{secret}\n")
    say(
        "\n".join(f"{one['kid']}  {one['algorithm']}  {one['created_at'][:10]}" for one in listed)
        or in_words("No key yet: --add")
    )


def _new_key(kid: str | None, public_pem: Path | None) -> SigningKey:
    import secrets

    from bot.access.identity import SigningKey, new_secret, public_key

    name = kid or f"k{secrets.token_hex(4)}"
    if public_pem is None:
        return SigningKey(name, "HS256", new_secret())
    try:
        return SigningKey(name, "RS256", public_key(public_pem.read_bytes()))
    except OSError as error:
        raise InputError(f"{str(public_pem)!r} cannot be read ({error.strerror}).") from error


def _changed(settings: SiteSettings, changes: dict[str, Any]) -> SiteSettings:
    from pydantic import ValidationError

    try:
        return type(settings).model_validate({**settings.model_dump(), **changes})
    except ValidationError as error:
        found = complaint(error)
        raise InputError(
            f"{found.name!r} cannot be {error.errors()[0]['input']!r}: {found.why}.",
            zh=f"{found.name!r} 不能是 {found.given!r}：{found.why_zh}。",
        ) from error


def _parsed(rule: str) -> Any:
    import json

    try:
        return json.loads(rule)
    except ValueError as error:
        raise InputError(f'A proactive rule is JSON like {{"after_s": 20, "text": "…"}}, not {rule[:60]!r}.') from error


def _text(site: Site) -> str:
    chosen = site.settings.model_dump(exclude_none=True, exclude={"proactive"})
    rules = [f"{rule.page} after {rule.after_s:g} s: {rule.text}" for rule in site.settings.proactive]
    lines = [("origins", ", ".join(site.origins)), *((name, str(value)) for name, value in chosen.items())]
    return "\n".join([f"{site.key}  {site.name}", *(f"  {n}: {v}" for n, v in (*lines, *(("proactive", r) for r in rules)))])


@contextmanager
def _opened(data: Path) -> Iterator[tuple[SiteStore, Settings]]:
    from bot.commands.beside import open_sites
    from bot.settings import load_settings

    settings = load_settings(**named(data))
    with open_sites(settings) as store:
        yield store, settings
