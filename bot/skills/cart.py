"""What the customer's cart comes to: its goods at the catalogue's prices, and delivery by the shop's own rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.generation.brief import Bill, BillLine
from bot.generation.candidate import DOCUMENTS
from bot.generation.selection import Selector
from bot.policy.bill import asks_for_bill
from bot.shop.delivery_rule import delivery_rule
from bot.shop.finder import ProductFinder
from bot.shop.wording import format_price
from bot.skills.outcome import Outcome, Skill, TurnContext, asked_alone, brief_for
from bot.text.places import named
from bot.types import CartLine, DialogueState, Evidence, LanguageCode, Product, Understanding
from bot.understanding.totals import asks_of_cart

MOST_TOLD = 10
_DELIVERY: dict[LanguageCode, str] = {"en": "How much is delivery?", "zh": "运费怎么算？"}
_DELIVERY_TO: dict[LanguageCode, str] = {"en": "How much is delivery to {place}?", "zh": "寄到{place}运费多少？"}


class CartSkill:
    """Adds up the cart that the page tells of, else what the customer chose in the chat. The rest goes to ``otherwise``.

    ``answer`` finds what the shop wrote about delivery.
    """

    def __init__(self, finder: ProductFinder, answer: Skill, selector: Selector) -> None:
        self._finder, self._answer, self._selector = finder, answer, selector

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class. Who asks for their cart where none is known is told so."""
        lines = context.cart or _chosen(state)
        asked = asks_for_bill(understanding, state, bool(context.cart)) and (lines or asks_of_cart(understanding.text[:300]))
        if not asked:
            return otherwise.prepare(understanding, state, context)
        return self._told(lines, understanding, state, context)

    def _told(
        self, lines: Sequence[CartLine], understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        language = understanding.language.code
        counts: Counter[str] = Counter()
        for line in lines:
            counts[line.sku] += line.quantity
        products = {one.sku: one for one in self._finder.catalogue.get_many(tuple(counts), language)}
        priced = [one for one in products.values() if one.price is not None and one.stock != 0]
        unpriced = tuple(one.title for one in products.values() if one not in priced)
        unknown = len([sku for sku in counts if sku not in products])
        told = tuple(_line(one, counts[one.sku], language) for one in priced[:MOST_TOLD])
        sums = _sums(priced, counts)
        bill = Bill(
            told, " + ".join(format_price(amount, code, language) for code, amount in sums.items()),
            len(priced) - len(told), unpriced, unknown, from_page=bool(context.cart),
        )  # fmt: skip
        evidence = (*self._finder.evidence(priced[:MOST_TOLD], language), _evidence(bill, language)) if priced else ()
        if len(sums) == 1:
            delivery = self._delivery(understanding, context)
            bill = replace(bill, delivery=delivery[0][1] if delivery else ())
            if not named(understanding.text[:300]):  # what the rule comes to in one place is for its reader to judge
                bill = _with_fee(bill, *next(iter(sums.items())), language)
            evidence = (*evidence, *(one for one, _ in delivery[:1]))
        brief = replace(brief_for("answer", understanding, context), evidence=evidence, bill=bill, related=())
        return Outcome(brief, replace(state, asks=(), failures=0))

    def _delivery(self, understanding: Understanding, context: TurnContext) -> list[tuple[Evidence, tuple[str, ...]]]:
        """The passage in which the shop tells what delivery costs, with the sentences that do; empty where none does."""
        language = understanding.language.code
        places = " ".join(sorted(named(understanding.text[:300])))
        question = _DELIVERY_TO[language].format(place=places) if places else _DELIVERY[language]
        brief = self._answer.prepare(asked_alone(understanding, question, "delivery"), DialogueState(), context).brief
        found = [one for one in brief.evidence if one.kind in DOCUMENTS and one.language == language]
        if brief.action != "answer" or brief.abstained or not found:
            return []
        chosen = self._selector.select(question, found[:1], language, settled=True)
        return [(found[0], tuple(one.text for one in chosen))] if chosen else []


def _chosen(state: DialogueState) -> tuple[CartLine, ...]:
    """What the customer took in the chat; else the set, or the one product, that is in view."""
    whole = state.last_action == "guide" and len(state.kinds) > 1 and len(state.kinds) == len(state.skus)
    return tuple(map(CartLine, state.taken or (state.skus if whole or len(state.skus) == 1 else ())))


def _line(product: Product, quantity: int, language: LanguageCode) -> BillLine:
    price = product.price or 0.0
    each = format_price(price, product.currency, language)
    return BillLine(product.title, str(quantity), each, format_price(round(price * quantity, 2), product.currency, language))


def _sums(products: Sequence[Product], counts: Counter[str]) -> dict[str, float]:
    """What the goods cost in each currency."""
    sums: dict[str, float] = {}
    for product in products:
        code = product.currency or ""
        sums[code] = round(sums.get(code, 0.0) + (product.price or 0.0) * counts[product.sku], 2)
    return sums


def _with_fee(bill: Bill, currency: str, total: float, language: LanguageCode) -> Bill:
    """The bill with what the shop's sentences on delivery come to, where these are a sum and a bound."""
    rule = next(filter(None, map(delivery_rule, (" ".join(bill.delivery), *bill.delivery))), None)
    if rule is None or rule.currency != currency:
        return bill

    def said(amount: float) -> str:
        return format_price(round(amount, 2), currency, language)

    free_from = "" if rule.free_from is None else said(rule.free_from)
    if rule.free_from is not None and total >= rule.free_from:
        return replace(bill, free_from=free_from, in_all=said(total))
    short = "" if rule.free_from is None else said(rule.free_from - total)
    fee, in_all = ("", "") if rule.fee is None else (said(rule.fee), said(total + rule.fee))
    return replace(bill, free_from=free_from, short=short, fee=fee, in_all=in_all)


def _evidence(bill: Bill, language: LanguageCode) -> Evidence:
    """The sum as evidence: it stands in no product's record."""
    zh = language == "zh"
    rows = [f"{line.title} × {line.quantity}{'：' if zh else ': '}{line.total}" for line in bill.lines]
    rows.append(f"{'商品合计：' if zh else 'Goods together: '}{bill.total}")
    return Evidence("bill", "row", "catalogue", "购物清单" if zh else "What was chosen", "\n".join(rows), language)
