"""Replies in the customer's script: Traditional Chinese as it is written in Taiwan, or Simplified.

Everything inside writes as the shop's texts and our phrases are written. Here, on the way out, characters are converted by
OpenCC (its tables choose among several forms by the word around them); words stay what they are, so that a product or a
passage is found again by what the reply says, and no fact changes after the fact gate. What citations quote stays verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from bot.text.script import HAN, script_of
from bot.types import ProductCard, Reply, Script, TurnEvent

if TYPE_CHECKING:
    from opencc import OpenCC

_RUN = re.compile(rf"[{HAN}]+")
_LAST_RUN = re.compile(rf"[{HAN}]*$")
_CONFIGURATIONS: dict[Script, str] = {"Hant": "s2tw", "Hans": "tw2s"}
R = TypeVar("R")


def in_script(text: str, script: Script | None) -> str:
    """``text`` with its Chinese in ``script``; unchanged for None. Each run of Chinese characters is converted by itself."""
    if script is None or text.isascii():
        return text
    return _RUN.sub(lambda run: _converted(run[0], script), text)


def _converted(run: str, script: Script) -> str:
    if script == "Hans" and script_of(run) != "Hant":
        return run  # a simplified text holds characters, as in 乾隆 or 著名, that are others' traditional forms
    converted: str = _converter(script).convert(run)
    return converted


@cache
def _converter(script: Script) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(_CONFIGURATIONS[script])


def reply_in_script(reply: Reply, script: Script | None) -> Reply:
    """The reply with everything that the customer reads in ``script``, except for what citations and operations hold."""
    if script is None:
        return reply
    return replace(
        reply,
        text=in_script(reply.text, script),
        products=tuple(_card(card, script) for card in reply.products),
        follow_ups=tuple(in_script(question, script) for question in reply.follow_ups),
    )


def _card(card: ProductCard, script: Script) -> ProductCard:
    return replace(card, title=in_script(card.title, script), why=in_script(card.why, script))


def tokens_in_script(writing: Generator[TurnEvent, None, R], script: Script | None) -> Generator[TurnEvent, None, R]:
    """The ``token`` events of ``writing`` in ``script``, and in the end what it returns.

    Chinese characters at the end of a piece wait for what comes after them, so that the pieces together are what
    :func:`in_script` makes of the whole text, wherever it was cut.
    """
    if script is None:
        return (yield from writing)
    held = ""
    with closing(writing):
        while True:
            try:
                event = next(writing)
            except StopIteration as end:
                if held:
                    yield TurnEvent("token", {"text": in_script(held, script), "reset": False})
                result: R = end.value
                return result
            text, reset = event.data["text"], event.data["reset"]
            text = text if reset else held + text
            ready = _LAST_RUN.sub("", text)
            held = text[len(ready) :]
            if ready or reset:
                yield TurnEvent("token", {"text": in_script(ready, script), "reset": reset})
