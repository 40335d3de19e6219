"""Gives each item of a wish the variant that should come instead, as far as the customer's words say."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.order_desk.items import Mention
from bot.order_desk.known import Known
from bot.order_desk.options import Asked, asked_options, directed, fitting
from bot.order_desk.reading import INSTEAD
from bot.order_desk.state import Wish, WishItem
from bot.shop.records import Order
from bot.types import Product

_JOINT = re.compile(
    r"(?:\band\b|,|;|\balso\b|，|；|、|和|以及)\s*(?:(?:for )?(?:the|my|a|an|also)\s+)?(?:[\w'-]+\s+){0,3}$"
    r"|(?:,|;|，|；|、|和|以及)(?:还有|另外)?[\u4e00-\u9fff][^,;，；、]*$",
    re.IGNORECASE,
)

_SENTENCE = re.compile(r"[.;!?:,]\s|[。；！？，：]")


def with_options(wish: Wish, text: str, found: Sequence[Mention], order: Order, known: Known, asked: Collection[str]) -> Wish:
    """The wish after ``text``: each item takes the words around its mention; without any, those it was asked for do."""
    words, leads = _segments(text, found), _leads(text, found)
    focus = _focus(wish, words, asked)
    items = []
    for item in wish.items:
        told = words.get(item.sku) if item.sku in words else (text if item.sku in focus else None)
        if told is not None:
            alone = "option" in asked and item.sku not in words
            item = _chosen(item, told, leads.get(item.sku, ""), text, order, known, alone)
        items.append(item)
    return replace(wish, items=tuple(items))


def variants(item: WishItem, order: Order, known: Known) -> list[Product]:
    """The variants that still come into question for an item, those in stock."""
    current = known.item(order, item.sku)
    asked = Asked(item.wanted, item.prefer)
    able = fitting(asked, current.options if current else {}, known.family(item.sku), item.sku)[1]
    return able or fitting(Asked({}), {}, known.family(item.sku), item.sku)[1]


def _segments(text: str, found: Sequence[Mention]) -> dict[str, str]:
    """The words about each item: from its mention to the next item's, cut where "and the …" begins."""
    segments: dict[str, str] = {}
    clear = [mention for mention in found if len(mention.skus) == 1]
    for number, mention in enumerate(clear):
        following = next((other for other in clear[number + 1 :] if other.skus != mention.skus), None)
        told = text[mention.end : following.start if following else len(text)]
        if following and (joint := _JOINT.search(told)):
            told = told[: joint.start()]
        sku = mention.skus[0]
        segments[sku] = segments.get(sku, "") + told
    return segments


def _leads(text: str, found: Sequence[Mention]) -> dict[str, str]:
    """The words before each item's first mention: from the begin of the sentence, or from "and the …" after the last one's."""
    leads: dict[str, str] = {}
    for place, mention in enumerate(found):
        start = max((match.end() for match in _SENTENCE.finditer(text, 0, mention.start)), default=0)
        lead = text[start : mention.start]
        if place and found[place - 1].end > start:
            between = text[found[place - 1].end : mention.start]
            joint = _JOINT.search(between)
            lead = between[joint.start() :] if joint else ""
        if len(mention.skus) == 1:
            leads.setdefault(mention.skus[0], lead)
    return leads


def _focus(wish: Wish, words: dict[str, str], asked: Collection[str]) -> frozenset[str]:
    """The items that words without any item's name are about."""
    if words or not wish.items:
        return frozenset()
    open_items = [item.sku for item in wish.items if item.new_sku is None]
    return frozenset([open_items[0] if "option" in asked and open_items else wish.items[-1].sku])


def _chosen(item: WishItem, told: str, lead: str, whole: str, order: Order, known: Known, answering: bool) -> WishItem:
    current, family = known.item(order, item.sku), known.family(item.sku)
    if current is None or not family:
        return item
    if named := [one.sku for one in family if one.sku != item.sku and _names(told, one.sku)]:
        return replace(item, new_sku=named[-1])
    asked = asked_options(told, current.options, family, answering)
    if lead and not answering and (directed(lead) or not directed(told) or not (asked.wanted or asked.prefer)):
        before = asked_options(lead, current.options, family)
        asked = Asked({**before.wanted, **asked.wanted}, asked.prefer or before.prefer)
    if not asked.wanted and not asked.prefer and told != whole and len(known.named(order)) == 1:
        asked = asked_options(whole, current.options, family, answering)
    if not asked.wanted and not asked.prefer:
        return item
    anew = item.new_sku is not None and INSTEAD.search(whole) is not None
    wanted = {**({} if anew else item.wanted), **asked.wanted}
    prefer = asked.prefer or ("" if anew or item.prefer == "same" else item.prefer)
    product, able = fitting(Asked(wanted, prefer), current.options, family, item.sku)
    if not able:  # what is said last counts
        wanted, prefer = dict(asked.wanted), asked.prefer
        product, _ = fitting(asked, current.options, family, item.sku)
    return replace(item, wanted=wanted, prefer=prefer, new_sku=product.sku if product else None)


def _names(text: str, sku: str) -> bool:
    return re.search(rf"(?<![\w#]){re.escape(sku)}(?!\w)", text) is not None
