"""Order numbers of few digits, as shop platforms count them: told from years, prices and quantities by the words around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST_DIGITS = 5
_FORM = re.compile(r"#?(\d{2,5})", re.ASCII)
_NUMBER = re.compile(r"(?<![\w$€£¥.,#+/:-])#?(\d{2,5})(?!\w*[%])(?![A-Za-z\d]|[.,:/-]\d)", re.ASCII)
_BEFORE = re.compile(
    r"(?:\border[s']?|\bpurchase|订单|单号|订单编号|订单号|编号)"
    r"\s?(?:(?:numbers?|nos?\.?|nrs?\.?|num|ids?|ref(?:erence)?s?|codes?|is|was|are|called|号码|编号|号|是|为)\s?|[:：;,(#=\s-]){0,5}$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:to|i|we|you|they|want|wanna|gonna|would|will|can|could|let me|also|then|just)\s+order\W*$", re.IGNORECASE
)
_NOT_AFTER = re.compile(
    r"\s?(?:元|块|圆|刀|rmb|cny|usd|eur|yuan|dollars?|bucks|euros?|年|月|日|点|件|个(?!订?单)|台|只|双|套|箱|盒|瓶|条|份|米|克|公斤|斤|%"
    r"|pieces?\b|pcs\b|units?\b|items?\b|times\b|days?\b|years?\b|pairs?\b|boxes\b|sets?\b|of\b(?!\s+(?:mine|my|the)))",
    re.IGNORECASE,
)
_ORDER_AFTER = re.compile(r"\s?(?:号|这|那|这个|那个|的)?(?:订单|单子|单(?!\w?价))", re.IGNORECASE)
_ASKED_OF = re.compile(r"(?:\bcancel|\breturn|\brefund|\btrack|取消|撤销|退掉|查一?下?|查询)\s?$", re.IGNORECASE)
_AND = re.compile(r"\s?(?:,|，|、|and|&|or|和|跟|与|以及|还有|或者?|\s)+\s?(?:#|订单)?\s?", re.IGNORECASE)


def counts_goods(text: str, start: int, end: int) -> bool:
    """Whether a number from ``start`` to ``end`` says how much or when: a unit follows, or "to order" goes before."""
    return _NOT_AFTER.match(text, end) is not None or _VERB.search(text[max(0, start - 40) : start]) is not None


class ShortNumbers:
    """Finds order numbers of two to five digits in a shop that has such ones.

    ``examples`` are order numbers of the shop. One counts with ``#``, after a word such as "order" or 订单号, before 号订单,
    after a verb such as "cancel", beside another that counts, or as the whole message; and then not before a unit.
    """

    def __init__(self, examples: Iterable[str]) -> None:
        short = [match for example in examples if (match := _FORM.fullmatch(example.strip()))]
        self._sign = "#" if short and all(match[0].startswith("#") for match in short) else ""
        lengths = {len(match[1]) for match in short}
        self._lengths = range(min(lengths), min(max(lengths) + 1, MOST_DIGITS) + 1) if lengths else range(0)

    @staticmethod
    def is_short(example: str) -> bool:
        """Whether the example is of this kind."""
        return _FORM.fullmatch(example.strip()) is not None

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Each number as the shop writes it, with its place."""
        last = -1
        for match in _NUMBER.finditer(text) if self._lengths else ():
            if len(match[1]) not in self._lengths or counts_goods(text, match.start(), match.end()):
                continue
            before = text[: match.start()]
            beside = last >= 0 and _AND.fullmatch(text, last, match.start()) is not None
            whole = not re.search(r"\w", before + text[match.end() :])
            named = _BEFORE.search(before[-40:]) is not None
            after = _ORDER_AFTER.match(text, match.end()) is not None
            if match[0].startswith("#") or beside or whole or named or after or _ASKED_OF.search(before[-12:]):
                last = match.end()
                yield self._sign + match[1], match.start(), match.end()
