"""Reads what is set: keywords over the environment over ``shopdesk.toml``; the profile in ``shop.toml``; ``intents.toml``.

Every setting can be given as a keyword of :func:`bot.open`, as an environment variable ``SHOPDESK_NAME``, or as
``name = value`` in ``shopdesk.toml`` inside the data directory; the earlier one here wins. An empty variable counts as none.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from bot.errors import SettingsError
from bot.product import LanguageCode
from bot.settings.own_intents import OwnIntents
from bot.settings.profile import ShopProfile
from bot.settings.settings import PREFIX, Settings

FILE, PROFILE = "shopdesk.toml", "shop.toml"


def demo_data() -> Path:
    """The data directory of the demo shop, beside the owner's own."""
    return Path("shopdesk-demo-data")


def load_settings(**given: Any) -> Settings:
    """Settings from keywords, environment and ``shopdesk.toml`` of the data directory, in this order of strength.

    Raises:
        SettingsError: for an unknown name or an unusable value, naming it and where it stands.
    """
    _refuse_unknown_variables()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(sentence(error, given)) from error
    return _with_file(settings, given)


def reread(settings: Settings) -> Settings:
    """The settings with what ``shopdesk.toml`` says now, where neither keywords nor the environment say otherwise.

    Raises as :func:`load_settings` does.
    """
    return _with_file(settings, {name: getattr(settings, name) for name in settings.fixed})


def _with_file(settings: Settings, given: dict[str, Any]) -> Settings:
    path = settings.data / FILE
    stored = read_toml(path)
    if "data" in stored:
        raise SettingsError(f"{str(path)!r} lies in the data directory and cannot name another: remove 'data' from it.")
    fixed = settings.fixed or frozenset({"data", *settings.model_fields_set})
    try:
        whole = Settings(**{**{name: value for name, value in stored.items() if name not in fixed}, **given})
    except ValidationError as error:
        raise SettingsError(sentence(error, given, path)) from error
    return whole.fixing(fixed)


def load_shop(data: Path) -> ShopProfile:
    """The shop's profile from ``shop.toml`` in the data directory; the defaults where there is none.

    Raises:
        SettingsError: for an unreadable file, an unknown key or an unusable value.
    """
    try:
        return ShopProfile(**read_toml(path := data / PROFILE))
    except ValidationError as error:
        raise SettingsError(sentence(error, (), path)) from error


def load_intents(data: Path) -> OwnIntents:
    """The owner's own intents from ``intents.toml`` in the data directory; none where there is no such file.

    Raises:
        SettingsError: for an unreadable file, an unknown key, too few examples, an answer to a shipped intent.
    """
    try:
        return OwnIntents(read_toml(path := data / "intents.toml"))
    except ValidationError as error:
        raise SettingsError(sentence(error, (), path)) from error


def read_toml(path: Path) -> dict[str, Any]:
    """What a file says; nothing where there is none.

    Raises:
        SettingsError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"{str(path)!r} is not UTF-8 text: save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{str(path)!r} is not valid TOML ({error}): correct it, or remove the file.") from error
    except OSError as error:
        raise SettingsError(f"{str(path)!r} cannot be read ({error.strerror}): correct its permissions.") from error


def _refuse_unknown_variables() -> None:
    """A misspelt variable would otherwise be ignored in silence."""
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper().removeprefix(PREFIX).lower() not in Settings.model_fields:
            raise SettingsError(f"Unknown setting in the environment variable {name!r}: see the table in docs/settings.md.")


def terminal_language() -> LanguageCode:
    """The language of the terminal's messages, as its locale says: Chinese for ``zh_…``, else English."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if re.match("zh([_.@-]|$)", named, re.IGNORECASE) else "en"


def is_secret(name: str) -> bool:
    """Whether a setting is a secret."""
    field = Settings.model_fields.get(name)
    return field is not None and SecretStr in (field.annotation, *get_args(field.annotation))


def sentence(error: ValidationError, given: Collection[str], path: Path | None = None) -> str:
    """Names the first thing wrong and where it stands: ``given``, else the file where there is one, else the environment."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ")
    if not name:
        return f"{str(path)!r} cannot be used: {why}."
    setting = str(first["loc"][0])
    variable = f"the environment variable {PREFIX}{setting.upper()}"
    where = "the settings" if setting in given else repr(str(path)) if path else variable
    if first["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} in {where}: see the table in docs/settings.md."
    value = "the value given" if is_secret(name) else repr(first["input"])
    return f"Setting {name!r} in {where} cannot be {value}: {why[:1].lower()}{why[1:]}."
