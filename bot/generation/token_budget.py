"""Fits a prompt into a model's context: counts tokens with tiktoken, drops what matters least.

tiktoken's own encodings are downloads; ours is built from ranks that ship with the program (a byte-pair encoding trained on
Chinese and English text by ``python -m benchmarks.training.token_ranks``).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.types import Evidence, Message
from knowledge_base.sentences import sentence_spans

if TYPE_CHECKING:
    from tiktoken import Encoding

CountTokens = Callable[[str], int]
_WORDS = r"""[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
_PER_MESSAGE = 8
_PER_PASSAGE = 24
_LEAST_PASSAGE = 64


@cache
def encoding() -> Encoding:
    """The shipped byte-pair encoding."""
    import tiktoken

    lines = files("bot.generation").joinpath("token_ranks.txt").read_text("ascii").split()
    ranks = {b64decode(token): rank for rank, token in enumerate(lines)}
    return tiktoken.Encoding("shopdesk", pat_str=_WORDS, mergeable_ranks=ranks, special_tokens={})


def count_tokens(text: str) -> int:
    """Tokens of ``text`` in the shipped encoding."""
    return len(encoding().encode_ordinary(text))


def fit(
    evidence: Sequence[Evidence], history: Sequence[Message], budget: int, count: CountTokens = count_tokens
) -> tuple[tuple[Evidence, ...], tuple[Message, ...]]:
    """The leading evidence and the latest messages that fit into ``budget`` tokens together.

    Evidence goes first, best first, and keeps at least one passage, cut after its last whole sentence that fits; history
    fills what is left, newest first.
    """
    kept: list[Evidence] = []
    for passage in evidence:
        around = count(passage.title) + count(passage.question or "") + _PER_PASSAGE
        cost = count(passage.text) + around
        if cost > budget:
            if kept:
                break
            passage = replace(passage, text=_cut(passage.text, max(budget - around, _LEAST_PASSAGE), count))
            cost = count(passage.text) + around
        kept.append(passage)
        budget -= cost
    recent: list[Message] = []
    for message in reversed(history):
        budget -= count(message.text) + _PER_MESSAGE
        if budget < 0:
            break
        recent.append(message)
    return tuple(kept), tuple(reversed(recent))


def _cut(text: str, budget: int, count: CountTokens) -> str:
    """The leading sentences of ``text`` within ``budget`` tokens; of a first sentence that is too long, its beginning."""
    kept = 0
    for _, end in sentence_spans(text):
        if count(text[:end]) > budget:
            break
        kept = end
    while not kept:
        text = text[: len(text) * 3 // 4]
        kept = len(text) if count(text) <= budget else 0
    return text[:kept]
