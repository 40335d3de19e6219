"""Takes what is personal out of a conversation for good, so that it can be kept where the customer is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.privacy.masking import replaced, without_cards

_INTRODUCED = re.compile(
    r"\b(?:(?i:my (?:full )?name is|my name's)|(?i:I am|I'm|this is)(?= [A-Z]\w+ [A-Z]))\s+"
    r"(?P<en>[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2})"
    r"|(?:我叫|我的名字(?:叫|是)|我是(?=[\u4e00-\u9fff]{2,3}[,，。])|(?:收[件货]人|姓名)(?:是|叫|[:：])?\s*)"
    r"(?P<zh>[\u4e00-\u9fff]{2,3})"
)


class Anonymiser:
    """Puts ``[name]``, ``[order]``, ``[email]``, ``[phone]``, ``[address]`` in the place of what a customer said or is called.

    What also stands in ``public``, such as the shop's own telephone number in a passage, is nobody's secret and stays.
    """

    def __init__(self, known: Mapping[str, str], public: str) -> None:
        """``known`` are words of the shop's records on this customer with what they are, as in ``{"Lin Wei": "name"}``."""
        self._public, self._known = public, dict(known)

    def introduced(self, text: str) -> None:
        """Takes note of the names by which a customer introduces themselves in a message."""
        for found in _INTRODUCED.finditer(text):
            self._known.setdefault(found["en"] or found["zh"], "name")

    def hide(self, text: str) -> str:
        """The text without any of it."""
        text = replaced(without_cards(text), lambda kind, said: said if said in self._public else f"[{kind}]")
        for said in sorted(self._known, key=len, reverse=True):
            if said not in self._public:
                text = re.sub(_whole(said), f"[{self._known[said]}]", text, flags=re.I)
        return text


def _whole(said: str) -> str:
    """A pattern of the words as they stand, no part of a longer word."""
    escaped = re.escape(said)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if said.isascii() else escaped
