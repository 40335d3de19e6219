"""What a conversation is about, for a person who comes to it: gathered by code from what was understood of each message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.types import LanguageCode, SentimentLabel

LONGEST_SAID = 300
MOST_SAID = 3
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Summary:
    """``wants`` is the customer's own message that led to the handover; ``said`` the assistant's last replies, shortened."""

    wants: str | None
    intent: str | None
    language: LanguageCode
    sentiment: SentimentLabel
    angry: bool
    urgent: bool
    orders: tuple[str, ...]
    products: tuple[tuple[str, str], ...]
    said: tuple[str, ...]
    turns: int


def summarise(turns: Sequence[dict[str, Any]], called_after: int, language: LanguageCode) -> Summary:
    """The summary of all turns.

    Args:
        turns: as :meth:`bot.store.handovers.HandoverStore.turns` gives them, oldest first.
        called_after: the number of the turn after which a person was called.
        language: taken where nothing was said yet.
    """
    upto = [turn for turn in turns if turn["number"] <= called_after] or list(turns)
    asked = _last_wish(upto)
    latest = turns[-1]["understanding"] if turns else None
    moods = [turn["understanding"]["sentiment"] for turn in turns[-3:]]
    titles = {card["sku"]: card["title"] for turn in turns for card in turn["reply"]["products"]}
    named = [sku for turn in turns for sku in (*turn["understanding"]["entities"]["skus"], *_shown(turn))]
    orders = [order for turn in turns for order in turn["understanding"]["entities"]["order_ids"]]
    return Summary(
        wants=asked["text"] if asked else None,
        intent=asked["understanding"]["intent"]["name"] if asked else None,
        language=latest["language"]["code"] if latest else language,
        sentiment=latest["sentiment"]["label"] if latest else "neutral",
        angry=any(mood["angry"] for mood in moods),
        urgent=any(mood["urgent"] for mood in moods),
        orders=tuple(dict.fromkeys(orders))[-MOST_NAMED:],
        products=tuple((sku, titles.get(sku, sku)) for sku in tuple(dict.fromkeys(named))[-MOST_NAMED:]),
        said=tuple(_shortened(turn["reply"]["text"]) for turn in turns if turn["reply"]["text"])[-MOST_SAID:],
        turns=len(turns),
    )


def _last_wish(turns: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The turn that says what the customer wants: the last one that does more than ask for a person, greet or thank."""
    empty = ("human_agent", "greeting", "thanks", "goodbye", "small_talk")
    telling = [turn for turn in turns if turn["understanding"]["intent"]["name"] not in empty]
    return next(iter([*reversed(telling), *reversed(turns)]), None)


def _shown(turn: dict[str, Any]) -> list[str]:
    return [card["sku"] for card in turn["reply"]["products"][:3]]


def _shortened(text: str) -> str:
    line = " ".join(text.replace("**", "").split())
    return line if len(line) <= LONGEST_SAID else f"{line[:LONGEST_SAID].rstrip()}…"
