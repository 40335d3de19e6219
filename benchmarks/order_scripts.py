"""Customers of the order benchmark who speak freely: scripts in natural words over the same tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.order_customer import Call
from benchmarks.retail_tools import ADDRESS, Database

_CARDS = {"en": "my {brand} card ending in {last_four}", "zh": "尾号{last_four}的信用卡"}
_METHODS = {"en": {"paypal": "PayPal", "gift_card": "my gift card"}, "zh": {"paypal": "PayPal", "gift_card": "礼品卡"}}
_YES = {"en": "Yes, please.", "zh": "好的，确认"}
_UNSURE = {"en": "I'm not sure.", "zh": "我不清楚。"}
_GREETINGS = {
    "en": {"zip": "I'm {name}, zip {zip}.", "email": "It's {email}"},
    "zh": {"zip": "{name}，邮编{zip}", "email": "邮箱{email}"},
}


def read_scripts(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The scripts of YAML files, each with its ``language``: Chinese where it speaks so."""
    scripts = [script for path in paths for script in yaml.safe_load(path.read_text("utf-8"))]
    for script in scripts:
        script["language"] = "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in "".join(script["says"])) else "en"
    return scripts


class FreeCustomer:
    """Says a script's messages one after another and answers questions in its words.

    What a script leaves open comes from the customer's own account and the expected calls, in everyday words: who they are,
    which of the listed orders, the card by its last digits, and an address as it is written on a letter.
    """

    def __init__(self, script: Mapping[str, Any], task: Mapping[str, Any], database: Database) -> None:
        self._script, self._user = script, database["users"][task["user_id"]]
        self.expected: list[Call] = list(task["actions"])
        self._left = list(script["says"])
        self.yes = str(script.get("agrees", _YES[script["language"]]))
        name = self._user["name"]
        self._values = {
            "name": f"{name['first_name']} {name['last_name']}",
            "zip": self._user["address"]["zip"],
            "email": self._user["email"],
            "order": self._first("order_id"),
            "address": next((_address(call["kwargs"]) for call in self.expected if "address1" in call["kwargs"]), ""),
        }

    def next_message(self) -> str | None:
        """The next message of the script; None after the last."""
        return self._left.pop(0).format_map(self._values) if self._left else None

    def answer(self, asks: Sequence[str], text: str, finished: Sequence[Call]) -> str:
        """The answer to what is asked for."""
        left = [call for call in self.expected if call not in finished] or self.expected
        call = next((one for one in left if str(one["kwargs"].get("order_id")) in text), left[0] if left else None)
        if {"email", "name_zip"} & set(asks):
            who = self._script["who"]
            return _GREETINGS[self._script["language"]][who].format_map(self._values)
        said = [self._slot(slot, call) for slot in asks]
        return ". ".join(part for part in said if part) or _UNSURE[self._script["language"]]

    def _slot(self, slot: str, call: Call | None) -> str:
        own = self._script.get(slot)
        if isinstance(own, list):
            return str(own.pop(0)) if own else ""
        if own or call is None:
            return str(own or "").format_map(self._values)
        arguments = call["kwargs"]
        if slot == "payment_method":
            return self._method(str(arguments.get("payment_method_id")))
        if slot == "address" and "address1" in arguments:
            return _address(arguments)
        return str(arguments.get("order_id", "")) if slot == "order_id" else ""

    def _method(self, id: str) -> str:
        method = self._user["payment_methods"].get(id, {})
        language = self._script["language"]
        if method.get("source") == "credit_card":
            return _CARDS[language].format_map(method)
        return _METHODS[language].get(str(method.get("source")), "")

    def _first(self, name: str) -> str:
        return next((str(call["kwargs"][name]) for call in self.expected if name in call["kwargs"]), "")


def _address(arguments: Mapping[str, Any]) -> str:
    one, two, city, state, country, zip = (arguments[part] for part in ADDRESS)
    return f"{one}, {two}, {city}, {state} {zip}, {country}"
