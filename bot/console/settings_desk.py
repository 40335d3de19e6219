"""What the buttons of the console's page of settings do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr, ValidationError

from bot.console.editing import (
    ChangedMeanwhile,
    change_policy,
    change_settings,
    change_shop,
    policy_text,
    policy_with,
    stamp_of,
    unusable,
)
from bot.console.operator import Operator
from bot.console.policy_cells import COLUMNS, cell_of, rule_of
from bot.console.toolkit import gr
from bot.generation.model_check import ModelCheck, check_model
from bot.order_desk.operations import NAMES
from bot.order_desk.policy import FILE as POLICY
from bot.order_desk.policy import parse_policy
from bot.settings import FILE, PROFILE, Settings, is_secret
from bot.store.users import User

VOICE = (
    "name", "name_zh", "assistant", "assistant_zh", "tone", "hours", "hours_zh", "email", "phone", "url", "currency",
    "greeting", "greeting_zh", "rules", "rules_zh",
)  # fmt: skip
"""What the page shows of the profile, in its order."""
MODEL = ("llm", "llm_base_url", "llm_first_token_s", "llm_total_s", "llm_answer_tokens", "llm_input_price", "llm_output_price")
ANSWERS = (*MODEL, "answer_threshold", "top_k")
OPERATIONS = tuple(NAMES)
Rows = list[list[Any]]


class SettingsDesk:
    """Each part of the page goes with the stamp of its file: two who change the same are told of each other."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk

    def voice(self) -> list[Any]:
        """The profile's values and the stamp of its file."""
        shop = self._shopdesk.shop
        return [*(getattr(shop, name) or "" for name in VOICE), stamp_of(self._shopdesk.settings.data, PROFILE)]

    def save_voice(self, request: gr.Request, stamp: str, *given: Any) -> list[Any]:
        """Keeps what was changed of the profile."""
        user, shop = self._operator.user(request, "owner"), self._shopdesk.shop
        values = _changed(dict(zip(VOICE, given, strict=True)), shop)
        with self._refusals():
            change_shop(self._shopdesk.settings.data, values, stamp)
        return self._saved(user, values, self.voice())

    def answers(self) -> list[Any]:
        """The values of what can change while serving, what is known of the key, and the stamp of their file."""
        settings = self._shopdesk.settings
        values = [getattr(settings, name) for name in ANSWERS]
        known = self._texts["key_kept" if settings.llm_api_key else "key_none"]
        key = gr.Textbox(value="", placeholder=known)
        return [*values, key, False, stamp_of(settings.data, FILE)]

    def save_answers(self, request: gr.Request, stamp: str, key: str, forget: bool, *given: Any) -> list[Any]:
        """Keeps what was changed of the settings; an empty key leaves the one that is kept."""
        user = self._operator.user(request, "owner")
        settings = self._shopdesk.settings
        with self._refusals():
            values = self._values(settings, key, forget, given)
            change_settings(settings, values, stamp)
        return self._saved(user, values, self.answers())

    def try_model(self, request: gr.Request, key: str, forget: bool, *given: Any) -> str:
        """Calls the model as the page describes it, kept or not."""
        self._operator.user(request, "owner")
        settings = self._shopdesk.settings
        with self._refusals():
            values = self._values(settings, key, forget, given)
            if not (given[0] or "").strip():
                return self._texts["no_model"]
            try:
                tried = Settings(**{**{n: getattr(settings, n) for n in settings.model_fields_set}, **values})
            except ValidationError as error:
                raise unusable(error, values) from error
        return self._told(check_model(tried))

    def policy(self) -> tuple[Rows, str, str]:
        """The order policy as rows, as text, and the stamp of its file."""
        text = policy_text(self._shopdesk.settings.data)
        raw = tomllib.loads(text)
        texts, language = self._texts, self._operator.language
        rows = [
            [texts[kind], *(cell_of(name, raw.get(kind, {}).get(name), texts, language) for name in COLUMNS)]
            for kind in OPERATIONS
        ]
        return rows, text, stamp_of(self._shopdesk.settings.data, POLICY)

    def save_rows(self, stamp: str, rows: Rows, request: gr.Request) -> list[Any]:
        """Keeps what the table says of each operation; the rest of the text stays."""
        user = self._operator.user(request, "owner")
        data = self._shopdesk.settings.data
        with self._refusals():
            before = policy_text(data)
            rules: dict[str, dict[str, Any]] = {
                kind: rule_of(row[1:], self._texts) for kind, row in zip(OPERATIONS, rows, strict=False)
            }
            text = policy_with(before, rules)
            change_policy(data, text, stamp)
        return self._saved(user, _policy_changes(before, text), list(self.policy()))

    def save_text(self, stamp: str, text: str, request: gr.Request) -> list[Any]:
        """Keeps the order policy as it is written."""
        user = self._operator.user(request, "owner")
        with self._refusals():
            before = policy_text(self._shopdesk.settings.data)
            change_policy(self._shopdesk.settings.data, text, stamp)
        return self._saved(user, _policy_changes(before, text), list(self.policy()))

    def _values(self, settings: Settings, key: str, forget: bool, given: Sequence[Any]) -> dict[str, Any]:
        values = _changed(dict(zip(ANSWERS, given, strict=True)), settings)
        if forget or key.strip():
            values["llm_api_key"] = None if forget else SecretStr(key.strip())
        return values

    def _saved(self, user: User, values: dict[str, Any], shown: list[Any]) -> list[Any]:
        told = {name: "…" if is_secret(name) and value else value for name, value in values.items()}
        if told:
            self._operator.record(user, "settings saved", changed=told)
        gr.Info(self._texts["saved" if told else "nothing"])
        return shown

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        with self._operator.refusals():
            try:
                yield
            except ChangedMeanwhile:
                raise self._operator.refusal(self._texts["meanwhile"]) from None

    def _told(self, check: ModelCheck) -> str:
        texts = self._texts
        if check.problem is None:
            return texts["answered"].format(first=f"{check.first_ms:.0f}", total=f"{check.total_ms:.0f}", text=check.text)
        took = texts["after"].format(total=f"{check.total_ms:.0f}") if check.total_ms is not None else ""
        return " ".join(part for part in (texts[check.problem], took, check.detail) if part)


def _changed(given: dict[str, Any], now: object) -> dict[str, Any]:
    """What differs from what counts now; an empty field is a default again."""
    values = {name: (value.strip() or None) if isinstance(value, str) else value for name, value in given.items()}
    return {name: value for name, value in values.items() if value != getattr(now, name)}


def _policy_changes(before: str, after: str) -> dict[str, Any]:
    """The operations whose rules differ, with their new ones."""
    old, new = (parse_policy(text, POLICY).model_dump(mode="json", by_alias=True) for text in (before, after))
    return {
        name: {key: rule[key] for key in rule if rule[key] != old[name][key]} for name, rule in new.items() if rule != old[name]
    }
