"""What delivery costs, read from a sentence of the shop's own: "8 CNY, free from 99 CNY", "运费 8 元，满 99 元包邮"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.money import read_money
from bot.text.phrases import plain

_FREE = re.compile(r"\bfree\b|包邮|免运费|免邮|免费", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """``fee`` in ``currency``, and the sum of goods from which on there is none; None where the sentence does not say."""

    currency: str
    fee: float | None
    free_from: float | None


def delivery_rule(sentence: str) -> DeliveryRule | None:
    """The rule that ``sentence`` states in one or two sums of one currency; None where it states none, or several fees."""
    amounts = dict.fromkeys(read_money(plain(sentence))[0])
    currencies = {one.currency for one in amounts}
    sums = sorted(one.amount for one in amounts)
    if len(currencies) != 1 or None in currencies:
        return None
    currency = str(currencies.pop())
    if _FREE.search(sentence):
        return DeliveryRule(currency, sums[0] if len(sums) == 2 else None, sums[-1]) if len(sums) <= 2 else None
    return DeliveryRule(currency, sums[0], None) if len(sums) == 1 else None
