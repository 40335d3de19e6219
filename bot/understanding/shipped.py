"""The models that ship, each read once in a process: all threads and all shops of it share them.

Reading them takes longer than the rest of opening a shop. An encoder is one of the two that
:func:`knowledge_base.encoders.load_encoder` gives by the names ``builtin`` and ``builtin-static``.
"""

from __future__ import annotations

from functools import cache

from bot.understanding.faults import FaultReader
from bot.understanding.intent import IntentClassifier
from bot.understanding.message_encoder import MessageEncoder
from bot.understanding.sentiment import SentimentClassifier
from bot.understanding.wishes import WishReader
from knowledge_base.answer_reader import AnswerReader
from knowledge_base.encoder import Encoder
from knowledge_base.static_encoder import StaticEncoder


@cache
def messages() -> MessageEncoder:
    """The encoder of customers' messages."""
    return MessageEncoder.load()


@cache
def sentiment() -> SentimentClassifier:
    """The classifier of sentiment."""
    return SentimentClassifier.load(messages=messages())


@cache
def intents(encoder: Encoder) -> IntentClassifier:
    """The classifier of intents over the vectors of ``encoder``."""
    return IntentClassifier.load(encoder, messages())


@cache
def wishes(encoder: Encoder) -> WishReader:
    """The reader of wishes about orders over the vectors of ``encoder``."""
    return WishReader.load(encoder)


@cache
def faults() -> FaultReader:
    """The reader of faults that customers tell of."""
    return FaultReader.load(messages())


@cache
def answers(static: StaticEncoder) -> AnswerReader:
    """The reader of passages that may answer."""
    return AnswerReader.load(static=static)
