"""Whole conversations as data: ``tests/conversations/*.yaml`` over the small shop.

A file holds a list of conversations: ``name``, and ``turns`` with ``say`` and what is expected of the reply: ``action``,
``contains`` and ``excludes`` (texts), ``sources`` (of the citations; all of them), ``products`` (SKUs, as a set), ``asks``,
``abstained``, ``language``, ``handover`` (reason), ``proposed`` (operations that wait for a yes: ``name`` and arguments) and
``written`` (names of the operations that the conversation has carried out so far). What a turn does not name is not checked,
but no reply is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.shopdesk import Shopdesk
from bot.types import Reply
from tests.small_shop import stocked

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
CONVERSATIONS = [
    pytest.param(conversation["turns"], id=f"{path.stem}: {conversation['name']}")
    for path in FILES
    for conversation in yaml.safe_load(path.read_text("utf-8"))
]
ACTUAL: dict[str, Callable[[Reply], Any]] = {
    "action": lambda reply: reply.action,
    "asks": lambda reply: list(reply.asks),
    "abstained": lambda reply: reply.abstained,
    "language": lambda reply: reply.language,
    "handover": lambda reply: reply.handover and reply.handover.reason,
    "sources": lambda reply: sorted({citation.source for citation in reply.citations}),
    "proposed": lambda reply: [{"name": one.name, **one.kwargs} for one in reply.proposed_change or ()],
    "products": lambda reply: sorted(product.sku for product in reply.products),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shopdesk:
    with stocked(tmp_path_factory.mktemp("shop")) as shopdesk:
        yield shopdesk


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_a_conversation_goes_as_written(shop, turns):
    conversation = None
    for number, turn in enumerate(turns, start=1):
        reply = shop.reply(turn["say"], conversation)
        conversation = reply.conversation
        differences = _differences(turn, reply) | _written(turn, shop, conversation)
        assert not differences, f"turn {number} {turn['say']!r}: {differences}; the reply was {reply.text!r}"


def _written(turn: dict[str, Any], shop: Shopdesk, conversation: str) -> dict[str, Any]:
    rows = [row for row in shop.order_changes() if row["conversation_id"] == conversation]
    found = [row["operation"] for row in reversed(rows)]
    return {"written": found} if found != turn.get("written", found) else {}


def _differences(turn: dict[str, Any], reply: Reply) -> dict[str, Any]:
    unknown = turn.keys() - ACTUAL.keys() - {"say", "contains", "excludes", "written"}
    assert not unknown, f"unknown expectations {unknown}"
    found: dict[str, Any] = {name: actual(reply) for name, actual in ACTUAL.items() if name in turn}
    wrong = {name: value for name, value in found.items() if value != turn[name]}
    if missing := [text for text in turn.get("contains", ()) if text not in reply.text]:
        wrong["missing"] = missing
    if present := [text for text in turn.get("excludes", ()) if text in reply.text]:
        wrong["present"] = present
    return wrong if reply.text.strip() else {**wrong, "empty": True}


def test_both_languages_are_tried_alike():
    counts = {path.stem.split(".")[0]: len(yaml.safe_load(path.read_text("utf-8"))) for path in FILES}
    assert set(counts) == {"en", "zh"} and min(counts.values()) >= 15
