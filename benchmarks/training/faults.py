"""Trains what tells faults of goods: ``python -m benchmarks.training.faults``.

Learns from our own messages (``bot/understanding/examples/faults.*.txt``), and from those of the intents that tell of no goods
that the customer has; prints how many of the former are told right by a model that did not see them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from random import Random

from benchmarks.training.wishes import accuracy
from bot.types import LanguageCode
from bot.understanding.examples import fault_examples, shipped_examples, wish_examples
from bot.understanding.faults import NONE, SHIPPED
from bot.understanding.linear import LinearModel
from bot.understanding.shipped import messages

BITS, EACH, OWN, SHARED = 14, 120, 1.0, 0.3
"""Examples of every intent that tells of no fault; what one of our own messages counts, and one of theirs."""
_BEFORE: dict[LanguageCode, str] = {
    "en": "Hi, |hello there. |I bought this last week. |got it 3 days ago, |my order came yesterday. |so |but |excuse me, "
    "|ok but |two months ago I bought one and |question: ",
    "zh": "你好，|亲，|在吗 |上周买的，|买了3天，|昨天到的，|我下单的那个，|但是|请问 |用了半年，|两个月前买的，",
}
_AFTER: dict[LanguageCode, str] = {
    "en": ", can I return it?|, I want my money back|. What can I do?|, what now| - help|, please send a new one"
    "|. I'd like a refund.|, can you fix it?|. I want to exchange it|, is that under warranty?|!!",
    "zh": "，能退吗|，我要退货|，怎么办|怎么处理|，给我换一个|，我要退款|，能修吗|，能保修吗|，想换货|，你们管吗|！！",
}
"""What customers add to any message about goods of theirs."""
_MAY_TELL = frozenset({"warranty_repair", "complaint", "return_refund", "exchange"})


def examples(seed: int = 0) -> tuple[list[str], list[str], list[float]]:
    """Messages of the intents, and sentences on orders, as none, with their weight."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(*shipped_examples(), strict=True):
        if intent not in _MAY_TELL:
            by_intent.setdefault(intent, []).append(text)
    texts = [text for _, listed in sorted(by_intent.items()) for text in Random(seed).sample(listed, min(EACH, len(listed)))]
    texts += [text for text, wish in zip(*wish_examples(), strict=True) if wish != "return"]
    return texts, [NONE] * len(texts), [SHARED] * len(texts)


def with_wishes(own: Sequence[tuple[str, str]], seed: int = 0) -> list[tuple[str, str]]:
    """Our own messages with what customers add before and after them, which tells nothing of a fault."""
    dealt = Random(seed)
    added = []
    for text, label in own:
        language: LanguageCode = "en" if text.isascii() else "zh"
        for before, after in (
            (dealt.choice(_BEFORE[language].split("|")), ""),
            ("", dealt.choice(_AFTER[language].split("|"))),
        ):
            added.append((f"{before}{text}{after}", label))
    return added


def main() -> None:
    """Prints the figures and writes the weights."""
    parser = argparse.ArgumentParser(description="Train what tells faults of goods.")
    parser.add_argument("--unmeasured", action="store_true", help="write the weights without the figures, in a minute")
    given = parser.parse_args()
    texts, labels, weights = examples()
    own, encoder = list(zip(*fault_examples(), strict=True)), messages()
    if not given.unmeasured:
        print(f"{accuracy(own, texts, labels, weights, encoder, OWN, BITS):.3f} of {len(own)} messages")
    told = [*own, *with_wishes(own)]
    every = [*texts, *(text for text, _ in told)], [*labels, *(label for _, label in told)]
    importance = [*weights, *([OWN] * len(told))]
    LinearModel.train(*every, importance=importance, encoder=encoder, bits=BITS).save(SHIPPED)


if __name__ == "__main__":
    main()
