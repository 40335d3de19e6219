"""Fits a prompt into a model's context: counts tokens with tiktoken, drops what matters least.

tiktoken's own encodings are downloads; ours is built from ranks that ship with the program (a byte-pair encoding trained on
Chinese and English text by ``python -m benchmarks.training.token_ranks``).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.types import Evidence, Message

if TYPE_CHECKING:
    from tiktoken import Encoding

CountTokens = Callable[[str], int]
_WORDS = r"""[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
_PER_MESSAGE = 8


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

    Evidence goes first, best first, and keeps at least one passage; history fills what is left, newest first.
    """
    kept: list[Evidence] = []
    for passage in evidence:
        cost = count(passage.text) + count(passage.question or "") + _PER_MESSAGE
        if kept and cost > budget:
            break
        kept.append(passage)
        budget -= cost
    recent: list[Message] = []
    for message in reversed(history):
        budget -= count(message.text) + _PER_MESSAGE
        if budget < 0:
            break
        recent.append(message)
    return tuple(kept), tuple(reversed(recent))
