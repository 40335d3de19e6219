"""A scripted customer for the τ-bench retail layout: speaks by rules, from a task's instruction and its expected tool calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from benchmarks.retail_tools import ADDRESS, Database

Manner = Literal["whole", "steps"]
Call = Mapping[str, Any]
_PERSONA = re.compile(r"(?:You are|You're) (?:[a-z-]+(?:, | and |, and )?)+\.\s*")
_FIRST_PERSON = (
    (r"\bYour name is ([^.]*?) and your (zip code|email) is ", r"My name is \1 and my \2 is "), (r"\byou are\b", "I am"),
    (r"\bYou are\b", "I am"), (r"\b[Yy]ou're\b", "I'm"), (r"\b[Yy]ou've\b", "I've"), (r"\b[Yy]ou'd\b", "I'd"),
    (r"\b[Yy]ou'll\b", "I'll"), (r"\b[Yy]ou do\b", "I do"), (r"\byours\b", "mine"), (r"\b[Yy]our\b", "my"),
    (r"(?<=[a-z] )you(?=[.,;]| as| for)", "me"), (r"\b[Yy]ou\b", "I"), (r"\byourself\b", "myself"),
)  # fmt: skip
_VERBS = {
    "cancel_pending_order": "I want to cancel an order.",
    "return_delivered_order_items": "I want to return something.",
    "exchange_delivered_order_items": "I want to exchange something I received.",
    "modify_pending_order_items": "I want to change an item in an order.",
    "modify_pending_order_payment": "I want to change the payment method of an order.",
    "modify_pending_order_address": "I want to change the address of an order.",
    "modify_user_address": "I want to change my default address.",
}


class ScriptedCustomer:
    """Says ``whole``: the instruction in the first person at once; or ``steps``: one wish at a time, answering questions.

    Questions are answered from the expected calls. It never says more than an instruction does, and never rephrases.
    """

    def __init__(self, task: Mapping[str, Any], database: Database, manner: Manner) -> None:
        self._user = database["users"][task["user_id"]]
        self._database, self.manner, self._task = database, manner, task
        self.expected: list[Call] = list(task["actions"])

    def opening(self) -> str:
        """The first message."""
        if self.manner == "whole" or not self.expected:
            return first_person(self._task["instruction"])
        return f"Hello! {self.next_wish([])}"

    def next_wish(self, finished: Sequence[Call]) -> str | None:
        """The wish after those that are done; None when nothing is left."""
        left = [call for call in self.expected if call not in finished]
        return _VERBS.get(left[0]["name"], "I need help with an order.") if left else None

    def answer(self, asks: Sequence[str], text: str, finished: Sequence[Call]) -> str:
        """The answer to what is asked for, from the first call that is not done and that the question can be about."""
        left = [call for call in self.expected if call not in finished]
        call = next((one for one in left if str(one["kwargs"].get("order_id")) in text), left[0] if left else None)
        said = [self._slot(slot, call, text) for slot in asks]
        if "email" in asks and "name_zip" in asks:
            said = [said[asks.index("email" if "email" in self._task["instruction"] else "name_zip")]]
        return ". ".join(part for part in said if part) or "I don't know."

    def _slot(self, slot: str, call: Call | None, text: str) -> str:
        if slot == "email":
            return f"My e-mail is {self._user['email']}"
        if slot == "name_zip":
            name = self._user["name"]
            return f"{name['first_name']} {name['last_name']}, {self._user['address']['zip']}"
        if call is None:
            return ""
        arguments = call["kwargs"]
        told = {
            "order_id": str(arguments.get("order_id", "")),
            "reason": str(arguments.get("reason", "")),
            "payment_method": self._method(arguments),
            "address": self._address(arguments),
        }
        if slot in ("items", "option", "quantity"):
            return self._items(arguments, slot, text)
        return told.get(slot, "")

    def _method(self, arguments: Mapping[str, Any]) -> str:
        method = self._user["payment_methods"].get(str(arguments.get("payment_method_id")), {})
        kind = method.get("source")
        if kind == "credit_card":
            return f"my {method['brand']} ending in {method['last_four']}"
        return {"paypal": "PayPal please", "gift_card": "my gift card"}.get(str(kind), "")

    @staticmethod
    def _address(arguments: Mapping[str, Any]) -> str:
        if "address1" not in arguments:
            return ""
        one, two, city, state, country, zip = (arguments[part] for part in ADDRESS)
        return f"{one}, {two}, {city}, {state} {zip}, {country}"

    def _items(self, arguments: Mapping[str, Any], slot: str, text: str) -> str:
        order = self._database["orders"].get(str(arguments.get("order_id")), {"items": []})
        by_id = {item["item_id"]: item for item in order["items"]}
        old = [by_id[item] for item in arguments.get("item_ids", ()) if item in by_id]
        if slot == "items":
            return "the " + " and the ".join(self._told_apart(item, order) for item in old)
        if slot == "quantity":
            return str(sum(item["name"] in text for item in old) or len(old))
        pairs = list(zip(old, arguments.get("new_item_ids", ()), strict=False))
        if not pairs:
            return ""
        asked = text.partition("In stock")[0]
        item, new = max(pairs, key=lambda pair: (pair[0]["name"] in asked, _shared(pair[0]["options"], asked)))
        options = self._database["products"][item["product_id"]]["variants"][new]["options"]
        changed = {name: value for name, value in options.items() if item["options"].get(name) != value}
        return ", ".join(f"{name} {value}" for name, value in changed.items()) or "the same item again"

    @staticmethod
    def _told_apart(item: Mapping[str, Any], order: Mapping[str, Any]) -> str:
        alike = [other for other in order["items"] if other["name"] == item["name"]]
        return item["name"] if len(alike) < 2 else f"{' '.join(item['options'].values())} {item['name']}"


def _shared(options: Mapping[str, str], text: str) -> int:
    """How many of the options stand in ``text``."""
    return sum(value in text for value in options.values())


def first_person(instruction: str) -> str:
    """An instruction as its customer would say it: "you" is I, without what it says of their character."""
    text = _PERSONA.sub("", instruction)
    for pattern, spoken in _FIRST_PERSON:
        text = re.sub(pattern, spoken, text)
    return text.strip()
