"""What customers said to the shop, wherever they said it: reviews, chats, and words beside a rating of an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from sqlalchemy import Engine, select

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.database import aware
from bot.store.shop import customers, products, reviews
from bot.types import LanguageCode
from bot.understanding.sentiment import language_of
from knowledge_base.terms import normalise

Source = Literal["review", "chat", "feedback"]
REPEATED, REPEATED_SHARE, REPEATED_LENGTH = 10, 0.01, 8
"""The same words of at least so many characters, more often than both of these: advertising or a machine, counted once."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One text of one customer. ``rating`` is 1 to 5 stars; ``segments`` are the shop's own tags of that customer."""

    id: str
    source: Source
    text: str
    language: LanguageCode
    day: date | None = None
    sku: str | None = None
    category: str | None = None
    customer: str | None = None
    segments: tuple[str, ...] = ()
    rating: float | None = None


def read_voices(engine: Engine, language: LanguageCode, zone: tzinfo | None = UTC) -> list[Voice]:
    """Every voice in the database; categories are named in ``language`` where the catalogue does.

    A chat's day is that of ``zone``; of the machine's where that is None.
    """
    with engine.connect() as connection:
        named = connection.execute(select(products.c.sku, products.c.category, products.c.language)).all()
        categories = {sku: category for sku, category, _ in named} | {
            sku: category for sku, category, own in named if own == language
        }
        tags = {customer: tuple(own) for customer, own in connection.execute(select(customers.c.customer_id, customers.c.tags))}
        found = [
            Voice(
                row.id, "review", row.text, language_of_row(row.language, row.text), day_of(row.date), row.sku,
                categories.get(row.sku), row.customer_id, tags.get(row.customer_id, ()), row.rating,
            )
            for row in connection.execute(select(reviews).order_by(reviews.c.id))
            if row.text.strip()
        ]  # fmt: skip
        said = select(turns.c.conversation_id, turns.c.number, turns.c.text, turns.c.created_at, conversations.c.customer_id)
        for turn in connection.execute(said.join(conversations, conversations.c.id == turns.c.conversation_id)):
            where = f"{turn.conversation_id}/{turn.number}"
            found.append(_plain(where, "chat", turn.text, _day(turn.created_at, zone), turn.customer_id, tags))
        rated = select(feedback.c.conversation_id, feedback.c.turn, feedback.c.text, feedback.c.created_at)
        for remark in connection.execute(rated.where(feedback.c.text.is_not(None))):
            found.append(
                _plain(
                    f"{remark.conversation_id}/{remark.turn}",
                    "feedback",
                    remark.text,
                    _day(remark.created_at, zone),
                    None,
                    tags,
                )
            )
    return [voice for voice in found if voice.text.strip()]


def _plain(where: str, source: Source, text: str, day: date, customer: str | None, tags: dict[str, tuple[str, ...]]) -> Voice:
    segments = tags.get(customer, ()) if customer else ()
    return Voice(where, source, text, language_of_row("", text), day, customer=customer, segments=segments)


def _day(at: datetime, zone: tzinfo | None) -> date:
    return aware(at).astimezone(zone).date()


def language_of_row(told: str, text: str) -> LanguageCode:
    """The language that a row names, else that of its characters."""
    return "zh" if (told or language_of(text)) == "zh" else "en"


def day_of(text: str | None) -> date | None:
    """The day of an ISO 8601 time; None where there is none."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def without_repeats(voices: Sequence[Voice]) -> tuple[list[Voice], int]:
    """The voices with each text that is repeated by the dozen kept once, the first of them, and how many were left out."""
    keys = [normalise(voice.text).strip() for voice in voices]
    counted = Counter(keys)
    most = max(REPEATED, REPEATED_SHARE * len(voices))
    repeated = {key for key, count in counted.items() if count > most and len(key) >= REPEATED_LENGTH}
    seen: set[str] = set()
    kept = []
    for key, voice in zip(keys, voices, strict=True):
        if key in repeated and key in seen:
            continue
        seen.add(key)
        kept.append(voice)
    return kept, len(voices) - len(kept)
