"""A customer's message as it comes in: cleaned, and in the characters that rules read beside those that were written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import InputError
from bot.text.script import as_read, script_of
from bot.types import CartLine, DialogueState, LanguageCode, Message, Script, Understanding
from bot.understanding.chat_words import in_full

MAX_CHARACTERS = 4000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028-\u202e\u2060\ud800-\udfff\ufeff]")
_RUN = re.compile(r"(\s)\s{39,}|([^\w\s])\2{39,}")
"""Blanks or one sign, many times over: nothing that anybody says, and what keeps patterns busy."""
_ASIDE = re.compile(
    r"\s*(?:(?:换|再?问)一?个?(?:别的|其他)?(?:问题|话题)|顺便(?:问一?下?|问问)?|另外(?:再?问一?下?)?|对了"
    r"|by the way|btw|on another note"
    r"|(?:one|a|and) (?:more|different|another) (?:question|topic|subject|thing)"
    r"|(?:another|different|new|quick|other) (?:question|topic|subject|thing))\s?[,，:：.。;；—–-]\s*(?=\w)"
    r"|(?:(?:hi|hello|hey)\W+)?i(?:'ve| have)?(?: got)? (?:an?|another|one) (?:quick |small )?question\b\W*"
    r"(?=(?:how|what|when|where|who|which|why|can|could|do|does|is|are|will|would)\b)|我?(?:有个|想问个|问个)问题[，,：:\s]+(?=\w)",
    re.IGNORECASE,
)
"""What only says that something else follows."""


def cleaned(text: str) -> str:
    """The message without control characters, and with a single one in place of a long run of blanks or of one sign.

    Raises:
        InputError: when nothing is left, or more than ``MAX_CHARACTERS``.
    """
    message = _RUN.sub(r"\1\2", _CONTROL.sub("", text)).strip()
    if not message:
        raise InputError("The message is empty: please type your question. / 消息是空的，请输入您的问题。")
    if len(message) > MAX_CHARACTERS:
        raise InputError(
            f"The message has {len(message)} characters: please keep it under {MAX_CHARACTERS}. "
            f"/ 消息有 {len(message)} 个字，请控制在 {MAX_CHARACTERS} 字以内。"
        )
    return message


@dataclass(frozen=True, slots=True)
class Page:
    """What the page that the customer sees is written in, the product it is about, and their cart, where these are known."""

    language: LanguageCode | None = None
    script: Script | None = None
    sku: str | None = None
    cart: tuple[CartLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and what was said before it. ``read`` and ``history`` are in simplified characters, ``written`` as written.

    ``read`` goes without words that only say that something else follows ("by the way, …", "换个问题，…"), and has what is
    abridged in chats in full ("u", 咋).

    ``written`` are the customer's messages, this one last; ``state`` is the one before the turn.
    """

    read: str
    history: tuple[Message, ...]
    written: tuple[str, ...]
    state: DialogueState
    page: Page

    @classmethod
    def of(cls, message: str, said: Sequence[Message], state: DialogueState, page: Page) -> Heard:
        """``message`` after what was ``said``; the page's language counts until the conversation has one."""
        state = replace(state, language=state.language or page.language)
        history = tuple(
            replace(line, text=in_full(as_read(line.text)) if line.role == "user" else as_read(line.text)) for line in said
        )
        written = (*(line.text for line in said if line.role == "user"), message)
        read = in_full(as_read(message))
        aside = _ASIDE.match(read)
        read = read[aside.end() :] if aside else read
        return cls(read, history, written, state, page)

    def script(self, language: LanguageCode) -> Script | None:
        """The script to answer in: the message's, else that of earlier ones, else the page's; None where it is not Chinese."""
        if language != "zh":
            return None
        own = (script for text in reversed(self.written) if (script := script_of(text)))
        return next(own, self.page.script or "Hans")

    def as_written(self, understanding: Understanding) -> Understanding:
        """What was understood, for those outside: in the characters that the customer wrote."""
        language = understanding.language
        return replace(
            understanding,
            text=self.written[-1],
            question=understanding.question if understanding.rewritten else self.written[-1],
            language=replace(language, script=self.script(language.code)),
        )
