"""Personal data in running text: found, and put out of sight or behind a name that only this process can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from bot.understanding.identifiers import find_emails, find_phones

CARD = "[card number]"
_CARD = re.compile(r"(?<![\d.])[2-6](?:[ -]?\d){12,18}(?![\d.]?\d)")
_ADDRESS = re.compile(
    r"(?:[\u4e00-\u9fff]{2,9}[省市区县镇])?[\u4e00-\u9fff]{2,6}(?:路|街|大道|巷|弄)\d{1,5}号(?:[\d\u4e00-\u9fff-]{0,12}[室楼栋单元])?"
    r"|\b\d{1,5}[A-Za-z]? (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Mews|Close|Square|Blvd)\b"
)
_NAME = re.compile(r"\[(?:email|phone|address)-\d+\]")
_LONGEST_NAME = len("[address-999]")


def without_cards(text: str) -> str:
    """The text without payment card numbers: 13 to 19 digits whose last one is right (ISO/IEC 7812-1, the Luhn formula)."""
    return _CARD.sub(lambda match: CARD if _checks(re.sub(r"\D", "", match[0])) else match[0], text)


def blackened(text: str) -> str:
    """The text without card numbers, e-mail addresses, telephone numbers and addresses, as a log may hold it."""
    return replaced(without_cards(text), lambda kind, _: f"[{kind}]")


class Mask:
    """Gives what is personal in the messages of one conversation names such as ``[email-1]``, and takes them back.

    Card numbers have no name: they never come back.
    """

    def __init__(self, personal: bool = True) -> None:
        """``personal``: whether more than card numbers is hidden."""
        self._personal = personal
        self._names: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with names; the same words have the same name in every text."""
        text = without_cards(text)
        return replaced(text, self._name) if self._personal else text

    def show(self, pieces: Iterable[str]) -> Iterator[str]:
        """A stream of text in which this mask's names are the customer's own words again, wherever pieces part them."""
        words = {name: said for said, name in self._names.items()}
        held = ""
        for piece in pieces:
            text = _NAME.sub(lambda match: words.get(match[0], match[0]), held + piece)
            cut = text.rfind("[", -_LONGEST_NAME)
            cut = len(text) if cut < 0 or "]" in text[cut:] or not words else cut
            held = text[cut:]
            if text[:cut]:
                yield text[:cut]
        if held:
            yield held

    def _name(self, kind: str, said: str) -> str:
        number = 1 + sum(name.startswith(f"[{kind}-") for name in self._names.values())
        return self._names.setdefault(said, f"[{kind}-{number}]")


def replaced(text: str, name: Callable[[str, str], str]) -> str:
    """The text with ``name(kind, words)`` for each ``address``, ``email`` and ``phone`` that it holds."""
    found = [("address", match.start(), match.end()) for match in _ADDRESS.finditer(text)]
    found += [("email", span.start, span.end) for span in find_emails(text)]
    found += [("phone", span.start, span.end) for span in find_phones(text)]
    parts, at = [], 0
    for kind, start, end in sorted(found, key=lambda one: (one[1], -one[2])):
        if start >= at:
            parts += [text[at:start], name(kind, text[start:end])]
            at = end
    return "".join([*parts, text[at:]])


def _checks(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return 13 <= len(digits) <= 19 and sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
