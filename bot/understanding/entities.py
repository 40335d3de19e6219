"""Everything that a message names, read against the catalogue: numbers, contacts, money, constraints, products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.types import Entities, LanguageCode
from bot.understanding.constraints import find_constraints
from bot.understanding.identifiers import OrderNumbers, Span, find_emails, find_phones
from bot.understanding.lexicon import CatalogueLexicon
from bot.understanding.mentions import find_categories, find_products
from bot.understanding.money import read_money
from bot.understanding.phrases import plain, tokenise
from bot.understanding.script import to_simplified

__all__ = ["CatalogueLexicon", "EntityReader"]


class EntityReader:
    """Reads entities from messages.

    ``order_ids`` are examples of the shop's own order numbers, from which their shape is learnt; without any, the usual
    shapes are found. Reading costs time by the length of the message (the first 2,000 characters), hardly by the catalogue.
    """

    def __init__(self, lexicon: CatalogueLexicon, order_ids: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self._orders = OrderNumbers(order_ids)

    def read(self, text: str, language: LanguageCode) -> Entities:
        """The entities of ``text``; empty fields where it names none. Never raises, whatever the characters."""
        written = to_simplified(plain(text))
        if not written:
            return Entities()
        emails = find_emails(written)
        unmailed = _masked(written, emails)
        tokens = tokenise(unmailed)
        skus, numbers = find_products(unmailed, tokens, self.lexicon)
        phones = [phone for phone in find_phones(unmailed) if not _within(phone, numbers)]
        orders = self._orders.find(unmailed, [*phones, *numbers])
        phones = [phone for phone in phones if not _within(phone, orders)]
        rest = _masked(unmailed, [*phones, *orders, *numbers])
        amounts, budget, currency = read_money(rest)
        rest_tokens = tokenise(rest)
        return Entities(
            order_ids=_values(orders),
            emails=_values(emails),
            phones=_values(phones),
            amounts=amounts,
            budget=budget,
            currency=currency,
            skus=skus,
            categories=find_categories(rest_tokens, language, self.lexicon),
            constraints=find_constraints(rest, rest_tokens, language, self.lexicon.attributes),
        )


def _values(spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.value for span in spans))


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _masked(text: str, spans: Sequence[Span]) -> str:
    """``text`` with the spans blanked, every other character in its place."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
