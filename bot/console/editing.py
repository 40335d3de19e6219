"""Changes the files of the settings in place: comments stay, nobody's change is lost, and nothing unusable is written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from filelock import FileLock
from pydantic import SecretStr, ValidationError

from bot.errors import SettingsError
from bot.localisation.validation import complaint
from bot.order_desk.policy import FILE as POLICY
from bot.order_desk.policy import default_text, parse_policy
from bot.settings import FILE, PROFILE, Settings, is_secret, read_toml, sentence
from bot.settings.profile import ShopProfile

SECONDS = 10.0
"""How long to wait for another program that is writing."""


def unusable(error: ValidationError, given: Collection[str]) -> SettingsError:
    """What is wrong with values that an owner wrote, in both languages."""
    wrong = complaint(error)
    value = "所给的值" if is_secret(wrong.name) else repr(wrong.given)
    return SettingsError(sentence(error, given), zh=f"设置 {wrong.name!r} 不能是 {value}：{wrong.why_zh}。")


class ChangedMeanwhile(SettingsError):
    """Raised where a file is not any more as it was when its values were read; nothing is written then."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Somebody else changed {path.name!r} meanwhile: look at it again, then repeat your change.",
            zh=f"{path.name!r} 刚被别人改过：请重新查看，再改一次。",
        )


def stamp_of(data: Path, name: str) -> str:
    """What tells one state of a file of the data directory from another."""
    try:
        return hashlib.sha256((data / name).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def change_shop(data: Path, values: Mapping[str, Any], stamp: str) -> None:
    """Writes values of the shop's profile, by name; None takes one back to its default.

    Raises:
        ChangedMeanwhile: the file is not as ``stamp`` tells.
        SettingsError: a value cannot be used, or the file not be written.
    """

    def check(said: dict[str, Any]) -> None:
        try:
            ShopProfile(**said)
        except ValidationError as error:
            raise unusable(error, said) from error

    _change(data / PROFILE, lambda text: _edited(text, values, check), stamp)


def change_settings(settings: Settings, values: Mapping[str, Any], stamp: str) -> None:
    """Writes values of ``shopdesk.toml``, by name; None takes one back to its default.

    Raises:
        ChangedMeanwhile, SettingsError: as :func:`change_shop`; also for one that a keyword or the environment gives.
    """
    if given := sorted(values.keys() & settings.fixed):
        raise SettingsError(
            f"The setting {given[0]!r} is given by the environment or by the command that started the program:"
            " change it there.",
            zh=f"设置 {given[0]!r} 由环境变量或启动命令给出：请在那里修改。",
        )

    def check(said: dict[str, Any]) -> None:
        try:
            Settings(**{**said, **{name: getattr(settings, name) for name in settings.fixed}})
        except ValidationError as error:
            raise unusable(error, said) from error

    _change(settings.data / FILE, lambda text: _edited(text, values, check), stamp)


def policy_text(data: Path) -> str:
    """The order policy as it is written; the default where there is none."""
    try:
        return (data / POLICY).read_text("utf-8-sig")
    except FileNotFoundError:
        return default_text()


def change_policy(data: Path, text: str, stamp: str) -> None:
    """Replaces the order policy.

    Raises:
        ChangedMeanwhile, SettingsError: as :func:`change_shop`.
    """
    parse_policy(text, POLICY)
    _change(data / POLICY, lambda _: text, stamp)


def policy_with(text: str, rules: Mapping[str, Mapping[str, Any]]) -> str:
    """The order policy's text with values of operations replaced, by operation and name; None leaves one out."""
    document = tomlkit.parse(text)
    for operation, values in rules.items():
        table = document.setdefault(operation, tomlkit.table())
        for name, value in values.items():
            _put(table, name, value)
    return tomlkit.dumps(document)


def _edited(text: str, values: Mapping[str, Any], check: Callable[[dict[str, Any]], None]) -> str:
    document = tomlkit.parse(text)
    for name, value in values.items():
        _put(document, name, value.get_secret_value() if isinstance(value, SecretStr) else value)
    check(document.unwrap())
    return tomlkit.dumps(document)


def _put(table: Any, name: str, value: Any) -> None:
    if value is None:
        table.pop(name, None)
    elif table.get(name) != value:
        table[name] = list(value) if isinstance(value, tuple) else value


def _change(path: Path, edited: Callable[[str], str], stamp: str) -> None:
    try:
        with FileLock(path.with_name("settings.lock"), timeout=SECONDS):
            if stamp_of(path.parent, path.name) != stamp:
                raise ChangedMeanwhile(path)
            read_toml(path)
            text = edited(path.read_text("utf-8-sig") if path.exists() else "")
            fresh = path.with_name(f"{path.name}.new")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(fresh, path)
    except OSError as error:
        reason = error.strerror or "it is being written"
        raise SettingsError(
            f"{str(path)!r} cannot be written ({reason}): correct its permissions.",
            zh=f"无法写入 {str(path)!r}（{reason}）：请检查权限。",
        ) from error
