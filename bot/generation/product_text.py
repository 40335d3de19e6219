"""Products in words: recommendations with their reasons, comparisons with a table, and purchase guides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.generation.brief import Brief
from bot.generation.citations import cite
from bot.generation.passage import row_pairs
from bot.generation.phrases import Phrases, listed
from bot.generation.service_text import ask
from bot.shop.comparison import ComparisonTable
from bot.shop.recommender import own_words
from bot.shop.wording import GIVEN_UP, format_price
from bot.types import Evidence, LanguageCode, Product

_FEW = 5
_PRICE_NAMES = re.compile(r"price|价格|售价", re.I)
_MINOR = re.compile(r"sku|stock|库存|rating|评分|brand|品牌|商品编号|category|类别|分类|image|url", re.I)
_UNKNOWN = frozenset({"", "–", "-", "—"})
_GIVEN_UP = frozenset(words for pair in GIVEN_UP.values() for words in pair)
_LEVEL = 3
_DIFFERENCES = 3
_SHORT = 60
_TOLD_OF_EACH = 2  # times what stands beside a price
_OPENINGS = frozenset({"about", "below", "each", "no_others", "variants", "which"})
OTHER_MONEY = "other_currency"
"""Note of a brief whose products stand there without regard to a budget in money that the shop does not price in."""
PRESENT = "present"
"""Note of a brief whose goods are to be given, by somebody of whom nothing is known but what they would spend."""
CHOSEN = frozenset({"chosen", "chosen_sold_out"})
"""Notes of a brief whose products the customer takes."""


def recommend(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """A lead-in, up to five products with price and reason, each cited, and an offer to narrow down."""
    if not brief.products:
        gone = brief.note == "sold_out" and brief.evidence
        alone = cite(phrases.say("sold_out_alone", title=brief.evidence[0].title), [1], brief.language) if gone else ""
        yield alone or phrases.say("recommend_none")
        return
    if brief.note in CHOSEN:
        yield from _chosen(brief, phrases)
        return
    yield opening(brief, phrases)
    yield "\n\n"
    yield from product_lines(brief, phrases)
    if brief.note == OTHER_MONEY:
        yield "\n\n" + phrases.say("other_currency_budget", **dict(brief.lines[0].values))
    elif brief.note == PRESENT:
        yield "\n\n" + phrases.say("present_next")
    elif brief.note == "which":
        yield "\n\n" + phrases.say("which_one")
    elif brief.asks:
        yield "\n\n" + ask(brief.asks, phrases)
    elif len(brief.products) > 1:
        yield "\n\n" + phrases.say("recommend_next")


def _chosen(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """What the customer takes, with price and stock, and how to buy it: the shop's page does that, not the chat."""
    if len(brief.products) > 1:
        yield phrases.say("chosen_many") + "\n\n"
        yield from product_lines(brief, phrases)
        yield "\n\n" + phrases.say("into_the_cart_many")
        return
    product = brief.products[0]
    n = evidence_number(product, brief.evidence)
    price = format_price(product.price, product.currency, brief.language)
    priced = price and brief.note == "chosen"
    said = (
        phrases.say("chosen_priced", title=product.title, price=price)
        if priced
        else phrases.say(str(brief.note), title=product.title)
    )
    yield cite(said, [n] if n else [], brief.language)
    yield _gap(brief) + phrases.say("into_the_cart_one" if brief.note == "chosen" else "chosen_instead")


def opening(brief: Brief, phrases: Phrases) -> str:
    """The sentence before the products: what they are, or what had to be given up for them."""
    if brief.note == "sold_out" and brief.evidence:
        return (
            cite(phrases.say("sold_out", title=brief.evidence[0].title), [1], brief.language)
            + _gap(brief)
            + phrases.say("instead")
        )
    if brief.note == "nothing_beyond" and brief.leader:
        word = phrases.say(f"word_{brief.leader.ranking}")
        return phrases.say("nothing_beyond", word=word) + _gap(brief) + _leading(brief, phrases)
    many = "one" if len(brief.products) == 1 else "many"
    if brief.note == "sold_out_only":
        return phrases.say(f"recommend_sold_out_{many}")
    if (said := _by_note(brief, phrases)) is not None:
        return said
    if brief.change or brief.relaxed:
        return _given_up(brief, phrases)
    if brief.note is not None and brief.note.startswith("relaxed"):
        return phrases.say("recommend_relaxed")
    if brief.leader:
        return _leading(brief, phrases)
    return phrases.say(f"recommend_have_{many}" if brief.note == "have" else f"recommend_{many}")


def _by_note(brief: Brief, phrases: Phrases) -> str | None:
    """What the note alone settles, with the values that belong to it."""
    if brief.note == OTHER_MONEY:
        return phrases.say(brief.lines[0].phrase, **dict(brief.lines[0].values))
    if brief.choice:
        return phrases.say("recommend_choice", values=listed(brief.choice, brief.language))
    if brief.note in _OPENINGS:
        return phrases.say(f"recommend_{brief.note}")
    if brief.note in ("variant_none", "comes_in"):
        return phrases.say(f"recommend_{brief.note}", wish=listed(brief.relaxed, brief.language))
    return None


def _given_up(brief: Brief, phrases: Phrases) -> str:
    """What had to be given up, as the smallest change in figures where there is one."""
    if brief.change:
        return phrases.say("recommend_change", change=brief.change)
    many = "one" if len(brief.products) == 1 else "many"
    named = [wish if wish in _GIVEN_UP else phrases.say("quoted", text=wish) for wish in brief.relaxed]
    said = phrases.say(f"recommend_relaxed_wish_{many}", wish=listed(named, brief.language))
    leads = [_leading(brief, phrases)] if brief.leader and len(brief.products) > 1 else []
    return _gap(brief).join([phrases.say("recommend_nothing_whole"), *leads, said])


def _gap(brief: Brief) -> str:
    return "" if brief.language == "zh" else " "


def _leading(brief: Brief, phrases: Phrases) -> str:
    """Which product is first in what was asked for; several when they are level."""
    leader = brief.leader
    if leader is None:
        return ""
    numbers = [n for n, item in enumerate(brief.evidence, 1) if item.kind == "product" and item.title in leader.titles]
    if len(leader.titles) == 1:
        two = "_of_two" if brief.action == "compare" and len(brief.products) == 2 else ""
        said = phrases.say(f"rank_{leader.ranking}{two}", title=leader.titles[0], value=leader.value)
    else:
        titles = listed(leader.titles[:_LEVEL], brief.language)
        said = phrases.say(f"rank_{leader.ranking}_tied", title=titles, value=leader.value)
    return cite(said, numbers[:3], brief.language)


def product_lines(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """One list item a product: title, price, reason, stock where it matters."""
    shown = brief.products[:5]
    for place, product in enumerate(shown):
        n = evidence_number(product, brief.evidence)
        reason = brief.reasons[place] if place < len(brief.reasons) else ""
        record = brief.evidence[n - 1] if n else None
        facts = ("；" if brief.language == "zh" else "; ").join(_facts(product, reason, record, phrases))
        line = phrases.say("product_line", title=product.title, facts=facts) if facts else f"**{product.title}**"
        yield f"- {cite(line, [n] if n else [], brief.language, item=True)}" + ("\n" if place + 1 < len(shown) else "")


def evidence_number(product: Product, evidence: Sequence[Evidence]) -> int | None:
    """The ``n`` of the product's evidence, counted from 1."""
    for n, item in enumerate(evidence, 1):
        if item.kind == "product" and (item.id.rsplit(":", 1)[-1] == product.sku or item.source == product.sku):
            return n
    return next((n for n, item in enumerate(evidence, 1) if item.kind == "product" and item.title == product.title), None)


def _facts(product: Product, reason: str, record: Evidence | None, phrases: Phrases) -> Iterator[str]:
    price = _price(product, record, phrases.language)
    if price and price not in reason:
        yield price
    if reason:
        yield reason.rstrip("。.;；")
    if product.stock == 0:
        yield phrases.say("out_of_stock")
    elif product.stock is not None and product.stock <= _FEW:
        yield phrases.say("few_left", stock=str(product.stock))


def _price(product: Product, record: Evidence | None, language: LanguageCode) -> str:
    """The price as the evidence writes it, else from the catalogue row."""
    for name, value in row_pairs(record.text) if record else ():
        if _PRICE_NAMES.fullmatch(name):
            return value
    return format_price(product.price, product.currency, language)


FITS = frozenset({"fits", "fit_unlisted", "measures", "measures_not"})
"""Notes of a brief that says whether a thing fits another, or is as big as asked, from ``change``: what the record lists."""


def fit(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """Whether it fits, by what the shop lists; that something is not listed is no proof that it does not."""
    yield cite(phrases.say(brief.note or "fit_unlisted", listed=brief.change or ""), [1], brief.language)


def compare(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """What differs and matters in one or two sentences, then the table, with citations in its head."""
    table = brief.table
    if table is None or not table.rows:
        yield from recommend(brief, phrases)
        return
    numbers = [_column_number(title, brief) for title in table.columns]
    cited = [n for n in numbers if n]
    said = list(_verdict(table, brief, phrases)) or ([] if brief.leader else [phrases.say("compare_same")])
    sentences = [*([_leading(brief, phrases)] if brief.leader else []), *(cite(one, cited, brief.language) for one in said)]
    yield _gap(brief).join(sentences)
    yield "\n\n"
    yield from _described(brief, phrases)
    yield from table_lines(table, brief, phrases)


def _described(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """What the shop writes of each, one a line, where that tells them apart."""
    told = [own_words(product, brief.language, _TOLD_OF_EACH) for product in brief.products]
    if len(set(told)) < len(told):
        return
    for product, words in zip(brief.products, told, strict=True):
        n = evidence_number(product, brief.evidence)
        line = phrases.say("product_line", title=product.title, facts=words)
        yield f"- {cite(line, [n] if n else [], brief.language, item=True)}\n" if words else ""
    yield "\n"


def table_lines(table: ComparisonTable, brief: Brief, phrases: Phrases) -> Iterator[str]:
    """The products side by side as a Markdown table, with citations in its head."""
    numbers = [_column_number(title, brief) for title in table.columns]
    heads = [f"{_cell(title)}{f' [{n}]' if n else ''}" for title, n in zip(table.columns, numbers, strict=True)]
    yield f"| {phrases.say('compare_column')} | " + " | ".join(heads) + " |\n"
    yield "|" + " --- |" * (len(heads) + 1)
    for name, values in table.rows:
        yield f"\n| {_cell(name)} | " + " | ".join(_cell(value) for value in values) + " |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "/")


def _column_number(title: str, brief: Brief) -> int | None:
    for n, item in enumerate(brief.evidence, 1):
        if item.kind == "product" and (item.title == title or title == f"{item.title} ({item.source})"):
            return n
    return None


def _verdict(table: ComparisonTable, brief: Brief, phrases: Phrases) -> Iterator[str]:
    """What differs: the price, unless that was asked for, and the first attributes with short values."""
    prices = {product.title: product.price for product in brief.products}
    known = [prices.get(title) for title in table.columns]
    currencies = {product.currency for product in brief.products}
    differing: list[str] = []
    for name, values in table.rows:
        if brief.leader:
            return
        if _PRICE_NAMES.fullmatch(name) and all(price is not None for price in known) and len(currencies) == 1:
            low = min(price for price in known if price is not None)
            if known.count(low) == 1 and len(set(values)) > 1:
                place = known.index(low)
                phrase = "compare_cheaper" if len(known) == 2 else "compare_cheapest"
                yield phrases.say(phrase, title=table.columns[place], price=values[place])
        elif len(differing) < _DIFFERENCES and _tells_apart(name, values):
            attribute = name if brief.language == "zh" or name.isupper() else name.lower()
            against = phrases.say("compare_against") if len(values) == 2 else "、" if brief.language == "zh" else ", "
            differing.append(phrases.say("compare_values", attribute=attribute, values=against.join(values)))
    if differing:
        yield phrases.say("compare_differ", attributes=listed(differing, brief.language))


def _tells_apart(name: str, values: Sequence[str]) -> bool:
    short = len(" ".join(values)) <= _SHORT
    return short and not _MINOR.fullmatch(name) and len(set(values)) > 1 and not _UNKNOWN & set(values)
