"""Order numbers, e-mail addresses and phone numbers in a message."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from bot.types import Entities, Understanding
from bot.understanding.short_numbers import ShortNumbers, counts_goods

_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_PHONES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?<![\w-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d-])",
        r"(?<![\w-])0\d{2,3}-\d{7,8}(?![\d-])",
        r"(?<![\w-])[48]00-\d{3,4}-\d{3,4}(?![\d-])",
        r"\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){1,4}(?!\d)",
        r"(?<![\w-])(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\d-])",
        r"(?<![\w-])0\d{3,4} \d{3} ?\d{3,4}(?!\d)",
    )
)
_NEAR_PHONE = re.compile(
    r"(?:phone(?: number)?|mobile|cell|tel|call me|电话|手机号?码?|联系方式)[^\d\n]{0,8}(\d{7,12})(?!\d)", re.IGNORECASE
)
_AFTER_ORDER_WORD = re.compile(
    r"(?:\border(?:s|ed)?\b|\bpurchase\b|订单|单号|订单号|编号)"
    r"(?:\s?(?:number|no\.?|num|id|ref(?:erence)?|code|is|was|called|号码|号|编号|是|为|#(?=\s)|[:;,(=-])){0,4}\s{0,2}"
    r"(#?[A-Za-z]{0,4}-?\d{4,20}(?:-\d{2,10}){0,2})(?!\w|[.-]\d)",
    re.IGNORECASE | re.ASCII,
)
_CALLED_ORDER = re.compile(
    r"(?:\border\b|\bpurchase\b|订单|单号)"
    r"((?:\s?(?:number|no\.?|num|id|ref(?:erence)?|code|is|号码|号|编号|是|为|[:：])){0,4})\s{0,2}"
    r"(#?(?=[A-Za-z\d-]{0,22}\d[A-Za-z-]{0,8}\d)[A-Za-z\d]{1,16}(?:-[A-Za-z\d]{1,12}){0,3})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
"""What is called an order's number and has letters amid its digits, as other shops number theirs: 订单 SD-99, #A1B2C3."""
_NEAR_ORDER_WORD = re.compile(
    r"\border|\bpurchase|\bparcel|\bpackage|\btracking|订单|单号|下单|包裹|快递|物流", re.IGNORECASE | re.ASCII
)
_LETTERED = re.compile(
    r"(?<![\w#-])#?[A-Za-z]{1,4}-?\d{6,20}(?:-\d{2,10}){0,2}(?![\w-])|(?<![\w#])#[A-Za-z]{0,3}\d{3,20}(?!\w)", re.ASCII
)
_LONG_DIGITS = re.compile(r"(?<![\w$€£¥.,#+-])\d{6,20}(?:-\d{3,10}){0,2}(?![\w-]|[.,]\d)", re.ASCII)
_IDENTIFIES = re.compile(
    r"(?<![A-Za-z0-9._%+@-])[A-Za-z0-9._%+-]++@[A-Za-z0-9.-]+|#?[a-z]{0,6}[-_ ]?\d[\d \-_+]*"
    r"|\b(my|the|is|it|it's|and|order|number|no|id|e-?mail|mail|phone|address)\b"
    r"|我的|这个|订单编号|订单号|订单|单号|电子邮箱|邮箱|邮件|手机号码|手机号|手机|电话|号码|是|和|的",
    re.IGNORECASE,
)
_SHORTEST = 4
_MONEY_AFTER = re.compile(r" ?(?:元|块|rmb|usd|dollars?|bucks|yuan|欧|美)", re.IGNORECASE | re.ASCII)
_SHAPE_PART = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]")


class Span(NamedTuple):
    """A value with the place in the text that it was read from."""

    value: str
    start: int
    end: int


def find_emails(text: str) -> list[Span]:
    """E-mail addresses in lower case."""
    return [Span(match[0].lower().rstrip(".-"), match.start(), match.end()) for match in _EMAIL.finditer(text)]


def find_phones(text: str) -> list[Span]:
    """Phone numbers without separators; ``+`` stays, but Chinese mobile numbers come without their +86."""
    found: list[Span] = []
    for pattern in _PHONES:
        found += [Span(_dialled(match[0]), match.start(), match.end()) for match in pattern.finditer(text)]
    found += [Span(match[1], match.start(1), match.end(1)) for match in _NEAR_PHONE.finditer(text)]
    return _disjoint(found)


def _dialled(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    if re.fullmatch(r"\+86\D?1[3-9].*|(?:86\D?)?1[3-9]\d.*", written) and re.fullmatch(r"(?:86)?1[3-9]\d{9}", digits):
        return digits[-11:]
    return ("+" if written.startswith("+") else "") + digits


class OrderNumbers:
    """Finds order numbers: of the shapes of a shop's own numbers, and of those that shops commonly use.

    ``examples`` are order numbers of this shop. A number of one of their shapes is found anywhere, also without its
    separators or leading sign, and is returned as the shop writes it; one of few digits needs words around that say so.
    Other numbers need an order word or a usual form, and are returned in upper case as the customer wrote them.
    """

    def __init__(self, examples: Iterable[str] = ()) -> None:
        known = [example for example in examples if 2 <= len(example) <= 40]
        self._short = ShortNumbers(known)
        shapes = Counter(_shape(example) for example in known if not ShortNumbers.is_short(example))
        self._shapes = [re.compile(shape, re.IGNORECASE | re.ASCII) for shape, _ in shapes.most_common(20) if shape]
        self._literals = [_literals(shape) for shape, _ in shapes.most_common(20) if shape]

    def find(self, text: str, taken: Iterable[Span] = ()) -> list[Span]:
        """Order numbers in ``text`` in their order, none inside ``taken`` (phones, e-mails, catalogue numbers)."""
        own = [
            Span(_joined(match, literals), match.start(), match.end())
            for shape, literals in zip(self._shapes, self._literals, strict=True)
            for match in shape.finditer(text)
        ]
        own += [Span(*found) for found in self._short.find(text)]
        named = [
            Span(match[1].upper(), match.start(1), match.end(1))
            for match in _AFTER_ORDER_WORD.finditer(text)
            if not counts_goods(text, match.start(1), match.end(1))
        ]
        taken = [*taken]
        named += [
            Span(match[2].upper(), match.start(2), match.end(2))
            for match in _CALLED_ORDER.finditer(text)
            if (match[1] or "-" in match[2] or match[2].startswith("#"))
            and len(match[2]) >= _SHORTEST
            and not counts_goods(text, match.start(2), match.end(2))
            and not _overlaps(Span(match[2], match.start(2), match.end(2)), [*taken, *own, *named])
        ]
        others = [*taken, *own, *named]
        usual = [Span(match[0].upper(), match.start(), match.end()) for match in _LETTERED.finditer(text)]
        loose = [span for span in [*usual, *_long_numbers(text)] if not _overlaps(span, others)]
        return _disjoint([*own, *named, *loose])


def _long_numbers(text: str) -> list[Span]:
    """Long digit runs: any of 6 digits beside an order word or as the whole message, of 12 digits anywhere."""
    near = _NEAR_ORDER_WORD.search(text) is not None
    return [
        Span(match[0], match.start(), match.end())
        for match in _LONG_DIGITS.finditer(text)
        if (near or len(match[0]) >= 12 or len(match[0]) + 2 >= len(text)) and not _MONEY_AFTER.match(text, match.end())
    ]


def _shape(example: str) -> str:
    """A pattern of the example's shape: leading letters literal, other letters and digits by count, separators optional."""
    parts = _SHAPE_PART.findall(example.strip())
    if not any(part.isdigit() for part in parts) or (len(parts) == 1 and len(parts[0]) < 5):
        return ""
    pattern = ""
    seen_digit = False
    for part in parts:
        if part.isdigit():
            pattern += rf"(?P<d{pattern.count('(')}>\d{{{len(part)}}})"
            seen_digit = True
        elif part.isalpha():
            inside = rf"[A-Za-z]{{{len(part)}}}" if seen_digit else re.escape(part)
            pattern += rf"(?P<w{pattern.count('(')}>{inside})"
        else:
            pattern += rf"(?P<s{pattern.count('(')}>{re.escape(part)}{'?' if part == '#' else '|[-_ ]?'})"
    return rf"(?<![A-Za-z\d]){pattern}(?![A-Za-z\d])(?!\.\d)"


def _literals(shape: str) -> dict[str, str]:
    """The separators of a shape by group name, as the shop writes them."""
    return {match[1]: match[2][-1] for match in re.finditer(r"\(\?P<(s\d+)>(\\?.)[|?]", shape)}


def _joined(match: re.Match[str], literals: dict[str, str]) -> str:
    return "".join(literals.get(name, value.upper()) for name, value in match.groupdict().items())


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _disjoint(spans: list[Span]) -> list[Span]:
    """The spans without those that overlap an earlier one of the list, in text order."""
    kept: list[Span] = []
    for span in spans:
        if not _overlaps(span, kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def only_identifies(understanding: Understanding) -> bool:
    """Whether a message holds nothing but an order number or who the customer is: no intent can be read from it."""
    said = understanding.entities
    if not (said.order_ids or said.emails or said.phones):
        return False
    return not re.search(r"\w", _IDENTIFIES.sub(" ", understanding.text[:200]))


def without_identity(text: str, said: Entities) -> str:
    """``text`` without the order numbers, addresses and phone numbers ``said`` in it, where it says anything else."""
    if not (said.order_ids or said.emails or said.phones):
        return text
    rest = text
    for span in (*find_emails(text), *find_phones(text)):
        rest = rest.replace(text[span.start : span.end], " ")
    for number in said.order_ids:
        rest = re.sub(rf"(?:\border\b|订单号?)?\W{{0,2}}{re.escape(number)}", " ", rest, flags=re.IGNORECASE)
    rest = " ".join(rest.split()).strip(" ,，;；:：()（）")
    return rest if re.search(r"\w", rest) else text


def names_order(said: Entities) -> bool:
    """Whether a message names an order and says whose it is."""
    return bool(said.order_ids and (said.emails or said.phones))
