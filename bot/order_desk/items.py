"""Which items of an order the customer's words mean: "the blue one", "both mugs", "everything but the lamp"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.order_desk.words import Word, forms, spelt, words, written
from bot.shop.records import OrderItem
from bot.text.phrases import plain

_ALL = re.compile(
    r"\b(?:all|everything|both|entire|whole|each|every item)\b|全部|所有|整单|都[退换要]|全[退换]|两[件个样]都", re.IGNORECASE
)
_EXCEPT = re.compile(
    r"\b(?:except|but not|(?:all|everything) but|apart from|other than|excluding)\b|除了|除去|以外", re.IGNORECASE
)
_COUNT = re.compile(
    r"\b(?P<n>\d{1,2}|one|two|three|four|five|six)\b(?: (?:piece|unit|pair)s?)?(?: of (?:them|the|my|those"
    r"|these|\d+|two|three|four|five))?\s*$"
    r"|(?P<zh>[一二两三四五六]|\d{1,2})\s*[个件台只双把条支盒]",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\{[^}]*\}")
_TOWARDS = re.compile(r"\b(?:to|for|into)\b|换成|改成|换为", re.IGNORECASE)
_JOINT = re.compile(r"\band\b|;|，|；|、|和|以及", re.IGNORECASE)
_MARK = re.compile(r"[^\s'-]")
_LONG = 5
"""Letters of a word that may stand for one that ends so."""
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
}
_NOISE = frozenset(
    "the a an of for and with set new my order item product size color pro plus in 的 个 件 款 l ft inch gb ml".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words at ``start:end`` that mean one of ``skus``; several where they could be any of these. ``quantity`` as said."""

    skus: tuple[str, ...]
    start: int
    end: int
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An item of an order with all that it may be called by: its titles in both languages and its kind.

    ``choices`` are the options that it and its variants come in, whose words alone name no item.
    """

    item: OrderItem
    names: tuple[str, ...]
    choices: tuple[str, ...] = ()


def mentions(text: str, named: Sequence[Named], choosing: bool = False) -> list[Mention]:
    """The items that ``text`` names, in its order; ``choosing``: words that an option has too are taken for the option."""
    whole = plain(text, 4_000)
    called = {one.item.sku: _name_words(one) for one in named}
    ends = _ends(whole, named)
    said = [word._replace(text=ends.get(written(word, whole), word.text)) for word in words(whole)]
    said = spelt(said, frozenset().union(*called.values()))
    listed = [match.span() for match in _LISTED.finditer(whole)]
    hits = [
        (place, word)
        for place, word in enumerate(said)
        if any(word.text in names for names in called.values()) and not any(a <= word.start < b for a, b in listed)
    ]
    heads = {one.item.sku: {tail[-1].text for name in one.names if (tail := words(plain(name)))} for one in named}
    choices = {word.text for one in named for choice in one.choices for word in words(choice)}
    found = [mention for run in _runs(hits, whole) if (mention := _meant(run, called, heads, choices, choosing)) is not None]
    for one in named:
        if match := re.search(rf"(?<![\w#]){re.escape(one.item.sku)}(?!\w)", whole):
            found.append(Mention((one.item.sku,), match.start(), match.end()))
    by_options = _narrowed(found, said, whole, {one.item.sku: one.item for one in named})
    return [_counted(mention, whole) for mention in sorted(by_options, key=lambda mention: mention.start)]


def likeness(text: str, named: Sequence[Named]) -> tuple[int, int, int]:
    """How well a text fits an order: the number of its items named, by their whole name, and of options beside their names.

    Half of a name tells less: in "water resistance" a bottle is named, too.
    """
    written = plain(text, 4_000)
    found = mentions(written, named)
    items = {one.item.sku: one.item for one in named}
    said = words(written)
    options = 0
    for mention in found:
        near = [word for word in said if mention.start - 40 <= word.start < mention.start]
        options += max(len(_own_options(near, items[sku])) for sku in mention.skus)
    whole = {mention.skus for mention in found if is_name(written[mention.start : mention.end], named)}
    return len({mention.skus for mention in found}), len(whole), options


def is_name(text: str, named: Sequence[Named]) -> bool:
    """Whether words end as the name of an item does: "water" alone is no bottle."""
    last = words(text)[-1:]
    return any(words(name)[-1:] and last and words(name)[-1].text == last[0].text for one in named for name in one.names)


def by_option(text: str, named: Sequence[Named]) -> tuple[str, ...]:
    """The items that an option alone tells apart from the others: "the blue one"."""
    said = words(plain(text, 4_000))
    scores = {one.item.sku: len(_own_options(said, one.item)) for one in named}
    best = max(scores.values(), default=0)
    meant = tuple(sku for sku, score in scores.items() if score == best and best)
    return meant if len(meant) == 1 else ()


def wants_all(text: str) -> bool:
    """Whether everything in the order is meant."""
    return _ALL.search(text) is not None


def said_count(text: str) -> int | None:
    """The number that an answer to "how many" gives."""
    for word in words(re.sub(r"\b(?:the|this|that|which|#\w*) one\b|#\w+", " ", plain(text), flags=re.IGNORECASE)):
        if word.text in _NUMBERS or word.text.isdigit():
            return _NUMBERS.get(word.text) or int(word.text)
    return 99 if wants_all(text) else None


def split_except(text: str) -> tuple[str, str]:
    """The words before and after "except"."""
    match = _EXCEPT.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def _name_words(one: Named) -> frozenset[str]:
    return (
        frozenset(
            word.text for name in one.names for word in words(plain(name)) if len(word.text) > 1 or ord(word.text) > 0x2E80
        )
        - _NOISE
    )


def _ends(text: str, named: Sequence[Named]) -> dict[str, str]:
    """The words of ``text`` that are how just one longer word of the names ends, as that word: glasses are sunglasses."""
    whole = {name: own for one in named for title in one.names for name, own in _as_named(title)}
    found = {}
    for word in {written(one, text) for one in words(text)} - whole.keys():
        longer = {
            own for name, own in whole.items() if len(word) >= _LONG and len(name) >= len(word) + 3 and _ends_so(name, word)
        }
        if len(longer) == 1:
            found[word] = longer.pop()
    return found


@lru_cache(maxsize=4096)
def _as_named(title: str) -> tuple[tuple[str, str], ...]:
    """The words of a title as they stand there, each with the form in which it is compared."""
    whole = plain(title)
    return tuple((written(word, whole), word.text) for word in words(whole))


def _ends_so(name: str, word: str) -> bool:
    return name.endswith(word) or name.endswith(word.removesuffix("s"))


def _runs(hits: Sequence[tuple[int, Word]], text: str) -> list[list[Word]]:
    """Words of names that stand side by side, with no mark between them."""
    runs: list[list[tuple[int, Word]]] = []
    for place, word in hits:
        before = runs[-1][-1] if runs else None
        if before and place - before[0] == 1 and not _MARK.search(text[before[1].end : word.start]):
            runs[-1].append((place, word))
        else:
            runs.append([(place, word)])
    return [[word for _, word in run] for run in runs]


def _meant(
    run: Sequence[Word], called: Mapping[str, frozenset[str]], heads: Mapping[str, Set[str]], choices: Set[str], choosing: bool
) -> Mention | None:
    """The items whose names hold most of the run's words, and of these the last of a name: an electric grill is a grill.

    One Chinese character, or an option's words, name nothing.
    """
    texts = {word.text for word in run}
    if texts <= choices and (choosing or texts not in called.values()):
        return None
    if all(ord(text[0]) > 0x2E80 for text in texts) and len(texts) < 2:
        return None
    scores = {sku: (len(texts & names), bool(texts & heads[sku])) for sku, names in called.items()}
    best = max(scores.values())
    skus = tuple(sku for sku, score in scores.items() if score == best)
    return Mention(skus, run[0].start, run[-1].end)


def _narrowed(found: Sequence[Mention], said: Sequence[Word], text: str, items: Mapping[str, OrderItem]) -> list[Mention]:
    """Mentions of several items told apart by the options before them, else by those after them."""
    kept: list[Mention] = []
    ordered = sorted(found, key=lambda one: one.start)
    for place, mention in enumerate(ordered):
        if len(mention.skus) > 1:
            start = max((mention.start - 48, *(other.end for other in ordered[:place])))
            end = min((mention.end + 160, *(other.start for other in ordered[place + 1 :])))
            towards = _TOWARDS.search(text, mention.end, end)
            end = towards.start() if towards else end
            before = text[start : mention.start]
            joint = max((match.end() for match in _JOINT.finditer(before)), default=0) if ordered[:place] else 0
            skus = _likest(mention.skus, [word for word in said if start + joint <= word.start < mention.start], items)
            if len(skus) > 1:
                skus = _likest(skus, [word for word in said if mention.end <= word.start < end], items)
            mention = Mention(skus, mention.start, mention.end)
        kept.append(mention)
    return kept


def _likest(skus: Sequence[str], near: Sequence[Word], items: Mapping[str, OrderItem]) -> tuple[str, ...]:
    """Those of the items whose options most of the words name."""
    scores = {sku: len(_own_options(near, items[sku])) for sku in skus}
    best = max(scores.values())
    return tuple(sku for sku, score in scores.items() if score == best)


def _own_options(said: Sequence[Word], item: OrderItem) -> set[str]:
    texts = [word.text for word in said]
    return {
        name
        for name, value in item.options.items()
        for form in forms(value)
        if any(texts[at : at + len(form)] == list(form) for at in range(len(texts) - len(form) + 1))
    }


def _counted(mention: Mention, text: str) -> Mention:
    before = text[max(0, mention.start - 24) : mention.start]
    matches = list(_COUNT.finditer(before))
    if not matches:
        return mention
    written = (matches[-1]["n"] or matches[-1]["zh"]).lower()
    count = _NUMBERS.get(written) or int(written)
    return Mention(mention.skus, mention.start, mention.end, count)
