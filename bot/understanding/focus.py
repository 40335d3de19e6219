"""What a conversation is about right now: the things that a follow-up may point back to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.shop.units import quantities
from bot.text.phrases import Found, Term, plain, term_index, tokenise
from bot.text.places import named, without_places
from bot.text.question_type import question_types
from bot.text.script import to_simplified
from bot.text.terms import meant, terms
from bot.types import DialogueState, LanguageCode, Message

_ORDER_INTENTS = frozenset({"order_status", "change_order", "cancel_order", "delivery"})
_SWAPPED_KINDS = ("place", "payment", "service_level", "day", "topic", "color", "material", "feature", "category", "person")
_LEAD_EN = re.compile(
    r"^(?:(?:please|hi|hello|hey|ok|so|and|also)[,! ]+){0,3}(?:i(?:'d| would) like to know(?: about)? |can you tell "
    r"me(?: about)? |tell me(?: about)? )?"
    r"(?:how (?:do|can|should) (?:i|we) |how (?:long|many days|much time) (?:do (?:i|we) have )?to "
    r"|(?:can|could|may|should) (?:i|we|you) |do you (?:have |offer |accept )?"
    r"|what(?:'s| is| are) (?:the |your )?"
    r"|where (?:do|can) i |i(?:'d| would)? (?:want|like|need|have) (?:to )?|is there (?:a |any )?|are there (?:any "
    r")?|(?:how (?:long|much)|what) (?:is|are|does|do) )?",
    re.IGNORECASE,
)
_AROUND_EN = re.compile(r"^(?:an?|the|your) |(?<! to) (?:take|cost|work)$", re.IGNORECASE)
_LEAD_ZH = re.compile(
    r"^(?:(?:你好|您好|请问|麻烦问下|想问一?下|我想问一?下|问一下|那|如果)[,，、 ]?){0,3}(?:你们(?:家"
    r"|店)?)?(?:怎么样?才能|要?怎么|如何|能不能|可不可以|可以|我想要?|我要|是否|有没有|能|会|支持)?"
)
_TAIL_ZH = re.compile(
    r"(?:的话)?(?:大概|一般)?(?:是什么|是多少|怎么办理?|怎么弄|怎么算|多少钱|(?:需要|要)?(?:多久|多长时间|几天)|可以"
    r"|行|好|可|的)?(?:吗|呢|么|啊|呀|吧)?[?？。.!！]*$"
)
_OF_GOODS = frozenset({"size_fit", "stock", "comparison", "recommendation", "purchase_guide"})
"""Intents of questions on goods, after which a price or what is in stock is theirs."""
_OF_THE_SHOP = frozenset({"delivery", "payment", "contact_hours", "privacy", "account_membership"})
"""Intents of questions on how the shop works, after which a return is none of what was asked about."""
_PRICE_OR_STOCK, _AFTER_SALE = frozenset({"price", "stock"}), frozenset({"return", "refund", "exchange", "warranty"})
_SERVICES = frozenset("wrap contact store account member installment privacy".split())
_OWN_MATTERS = _SERVICES | {"delivery", "track", "warranty"}
"""What is asked about whatever was spoken of: gift wrap, the way to the shop. A price or a receipt belongs to something."""
_OWN_PHONE = re.compile(r"\bmy (?:i|smart|mobile |cell )?phones?\b|我的?手机", re.IGNORECASE)
_OF_A_MATTER = re.compile(
    r"\b(?:valid|expir\w*|combin\w*|appl(?:y|ies)|transfer\w*|redeem\w*|how much (?:is|are|does|do|would)|cost|take|book)\b"
    r"|有效|过期|叠加|合并|转让|兑换|多少钱|收费",
    re.IGNORECASE,
)
"""What is asked of vouchers, services and rules: of goods too only where they were spoken of last."""
_LARGE, _SMALL = ("large", "big", "maxi", "jumbo"), ("mini", "small", "compact", "pocket", "travel")
_ORDINALS = {
    **{word: index for index, words in enumerate(("first 1st one 1 一", "second 2nd two 2 二 "
    "两", "third 3rd three 3 三", "fourth 4th four 4 四",
                                                  "fifth 5th five 5 五")) for word in words.split()},
    "last": -1, "former": 0, "latter": -1, "前者": 0, "后者": -1, "other": 1, "最后": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Focus:
    """The things in view: shown products in their order, an order, a category, and the question asked before."""

    titles: tuple[str, ...]
    prices: tuple[float | None, ...]
    order_id: str | None
    category: str | None
    question: str
    intent: str | None
    matter: bool = False
    """Whether the last question was of a matter of the shop, answered without the goods that are still in view."""
    faulty: bool = False
    """Whether a fault of goods was told of."""

    @classmethod
    def of(
        cls,
        history: Sequence[Message],
        state: DialogueState,
        title_of: Callable[[str], str | None],
        price_of: Callable[[str], float | None] | None = None,
    ) -> Focus:
        """Reads the focus from the dialogue state, and from the last user message where the state has no question."""
        shown = [(title, sku) for sku in state.skus[:8] if (title := title_of(sku)) is not None]
        asked = state.last_question or next((message.text for message in reversed(history) if message.role == "user"), "")
        question = to_simplified(plain(asked, 300))
        named = (*(title for title, _ in shown), *filter(None, [state.category]))
        return cls(
            titles=tuple(title for title, _ in shown),
            prices=tuple(price_of(sku) if price_of else None for _, sku in shown),
            order_id=state.order_id,
            category=state.category,
            question=question,
            intent=state.last_intent,
            matter=state.last_action == "answer"
            and state.last_intent not in _OF_GOODS
            and not any(name.lower() in question.lower() for name in named),
            faulty=state.fault is not None,
        )

    @property
    def product(self) -> str | None:
        """The product in focus: the one that the last question named, else the first shown."""
        return next((title for title in self.titles if title.lower() in self.question.lower()), next(iter(self.titles), None))

    @property
    def several_lines(self) -> bool:
        """Whether the goods in view are more than one thing in several colours and sizes."""
        return len({_uncoloured(title.partition(",")[0]) for title in self.titles}) > 1

    def thing(self, language: LanguageCode) -> str | None:
        """What ``it`` means: the order after a question about orders, else the product, the order, the category."""
        order = None if self.order_id is None else ("my order " if language == "en" else "订单 ") + self.order_id
        if order is not None and self.intent in _ORDER_INTENTS:
            return order
        return self.product or order or self.category

    def topic(self, language: LanguageCode) -> str:
        """The last question without its question words: ``How do I return an item?`` → ``return an item``."""
        if language == "en":
            first = self.question.partition(": ")[0]  # a follow-up holds the topic that it was given
            return _AROUND_EN.sub("", _LEAD_EN.sub("", first.rstrip("?!. "), count=1)) or self.question
        return _TAIL_ZH.sub("", _LEAD_ZH.sub("", self.question.partition(": ")[0], count=1), count=1) or self.question

    def numbered(self, word: str) -> str | None:
        """The shown product that an ordinal (``second``, ``二``, ``latter``) points to."""
        place = _ORDINALS.get(word.lower())
        if place is None or not self.titles or place >= len(self.titles):
            return None
        return self.titles[place]

    def by_price(self, cheapest: bool) -> str | None:
        """The cheapest or dearest of the shown products; None without two known prices."""
        known = [(price, title) for price, title in zip(self.prices, self.titles, strict=True) if price is not None]
        if len(known) < 2:
            return None
        return (min(known) if cheapest else max(known))[1]

    def by_measure(self, largest: bool) -> str | None:
        """The shown product whose title has the largest or smallest measure of one kind; None where titles do not tell."""
        measured = [(found[0].dimension, found[0].value, title) for title in self.titles if (found := quantities(title))]
        if len(measured) < 2 or len({dimension for dimension, _, _ in measured}) > 1:
            return None
        return (max if largest else min)(measured, key=lambda one: one[1])[2]

    def by_size(self, largest: bool) -> str | None:
        """The largest or smallest of several shown products: by the measures in their titles, else by a word for it."""
        words = _LARGE if largest else _SMALL
        return self.by_measure(largest) or (self.having(words) if len(self.titles) > 1 else None)

    def having(self, forms: Sequence[str]) -> str | None:
        """The shown product whose title has one of the ``forms``."""
        return next((title for form in forms for title in self.titles if form.lower() in title.lower()), None)

    def in_colour(self, phrase: str) -> str | None:
        """The product meant by a colour or material: the shown one that has it, else the one in view unless there are several.

        Several are shown unless all are of one line, or the last question named one of them.
        """
        term = first_term(phrase)
        if term is None or term.kind not in ("color", "material"):
            return self.product
        if (found := self.having(term.forms)) is not None:
            return found
        asked = any(title.lower() in self.question.lower() for title in self.titles)
        one_line = len({_uncoloured(title) for title in self.titles}) == 1
        return self.product if asked or one_line else None

    def is_matter(self, text: str) -> bool:
        """Whether "it" in ``text`` is the matter that was asked about last, and not the goods in view: how long it is valid."""
        return self.matter and _OF_A_MATTER.search(text) is not None

    def of_goods(self, text: str) -> bool:
        """Whether ``text`` asks, after a question on goods, what they cost or if they are in stock."""
        asks = bool(meant(text) & _PRICE_OR_STOCK) or "price" in question_types(text)
        return self.intent in _OF_GOODS and asks

    def own_matter(self, text: str) -> bool:
        """Whether ``text`` is about a matter of the shop that the last question did not name: it needs nothing of it.

        Of goods in view, only a service that is the same for all of them is. The price of goods that are not known, or whether
        they are in stock, is not told by what was told of choosing them.
        """
        found, before = meant(_OWN_PHONE.sub(" ", text)), meant(self.question)
        if self.intent in _OF_THE_SHOP and not (self.titles or self.order_id) and found & _AFTER_SALE:
            return before.isdisjoint(_AFTER_SALE)
        if not (self.titles or self.category) and self.of_goods(text):
            return True
        travels = "fast" in found and "delivery" not in before and bool(named(text))
        own = _SERVICES if self.titles or self.order_id else _OWN_MATTERS
        return travels or (bool(found & own) and found.isdisjoint(before))

    def together(self, glue: str) -> str | None:
        """The first two or three shown products, joined."""
        return glue.join(self.titles[:3]) if len(self.titles) >= 2 else None

    def with_product(self, title: str, language: LanguageCode) -> str:
        """The last question, asked about ``title``."""
        stem = self.question.rstrip("?？!。. ")
        for other in sorted(self.titles, key=len, reverse=True):
            at = stem.lower().find(other.lower())
            if at >= 0:
                return f"{stem[:at]}{title}{stem[at + len(other) :]}" + ("?" if language == "en" else "？")
        return f"{stem} - {title}?" if language == "en" else f"{title} {stem}"

    def with_term(self, phrase: str) -> str | None:
        """The last question with its word of the same kind (place, payment, topic, colour …) replaced by ``phrase``."""
        if (of_place := self._in_place(phrase)) is not None:
            return of_place
        named = _swappable(phrase)
        if not named:
            return None
        kind = named[0].value.kind
        for found in _swappable(self.question):
            if found.value.kind == kind and found.value.key != named[0].value.key:
                return self.question[: found.start] + phrase[named[0].start : named[-1].end] + self.question[found.end :]
        return None

    def _in_place(self, phrase: str) -> str | None:
        """The last question asked of the place that ``phrase`` names and nothing else; None where it named no one place."""
        other, before = named(phrase), named(self.question)
        if len(other) != 1 or len(before) != 1 or terms(without_places(phrase)):
            return None
        asked = re.compile(re.escape(next(iter(before))), re.IGNORECASE)
        written = re.search(re.escape(next(iter(other))), phrase, re.IGNORECASE)
        return asked.sub(written[0], self.question, count=1) if written else None


def _swappable(text: str) -> list[Found[Term]]:
    return [found for found in term_index(("ignored", *_SWAPPED_KINDS)).find(tokenise(text)) if found.value.kind != "ignored"]


def _uncoloured(title: str) -> str:
    """A title without its colours and materials: what the products of one line share."""
    for found in reversed(_swappable(title)):
        if found.value.kind in ("color", "material"):
            title = title[: found.start] + title[found.end :]
    return " ".join(title.split())


def first_term(text: str) -> Term | None:
    """The first shipped term of a kind that questions swap."""
    return next((found.value for found in _swappable(text)), None)
