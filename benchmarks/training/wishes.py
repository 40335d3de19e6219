"""Trains what tells wishes about orders apart: ``python -m benchmarks.training.wishes``.

Learns from our own sentences (``bot/understanding/examples/wishes.*.txt``) and from those of the intents; prints how many of
the former are told right by a model that did not see them.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from random import Random

import numpy as np

from bot.understanding.examples import shipped_examples, wish_examples
from bot.understanding.linear import LinearModel
from bot.understanding.wishes import NONE, shipped_for
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import BUILTIN, STATIC, load_encoder

FOLDS, BITS = 5, 14
EACH = 60
"""Examples of every intent that is no wish about an order."""
OWN, SHARED = 3.0, 1.0
_WISH_OF = {"cancel_order": "cancel", "return_refund": "return", "exchange": "other"}
_ADDRESS = re.compile(r"address|\bmoved?\b|\bdeliver|\bsend\b|postcode|house number|地址|收货|寄|送", re.IGNORECASE)
_PAYMENT = re.compile(r"\bpay|card\b|支付|付款", re.IGNORECASE)
_OTHER = re.compile(r"colou?r|size|wrong|swap|instead|颜色|尺码|换|码", re.IGNORECASE)
_ASKS = re.compile(r"^(?:how|what|when|where|is there|do i|does|can orders)\b|policy|政策|怎么|多久|规定|流程", re.IGNORECASE)


def examples(seed: int = 0) -> tuple[list[str], list[str], list[float]]:
    """The sentences of the intents as wishes, with their weight; how such things work is no wish."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(*shipped_examples(), strict=True):
        by_intent.setdefault(intent, []).append(text)
    texts, labels = [], []
    for intent, listed in sorted(by_intent.items()):
        wishes = intent in _WISH_OF or intent == "change_order"
        for text in listed if wishes else Random(seed).sample(listed, min(EACH, len(listed))):
            label = _wish(text, intent)
            if label:
                texts.append(text)
                labels.append(label)
    return texts, labels, [SHARED] * len(texts)


def _wish(text: str, intent: str) -> str | None:
    if intent in _WISH_OF or intent == "change_order":
        if _ASKS.search(text):
            return None
        if intent != "change_order":
            return _WISH_OF[intent]
        kinds = (("address", _ADDRESS), ("payment", _PAYMENT), ("other", _OTHER))
        return next((kind for kind, pattern in kinds if pattern.search(text)), None)
    return NONE


def main() -> None:
    """Trains for both shipped encoders, prints the figures and writes the weights."""
    parser = argparse.ArgumentParser(description="Train what tells wishes about orders apart.")
    parser.add_argument("--unmeasured", action="store_true", help="write the weights without the figures, in a minute")
    given = parser.parse_args()
    texts, labels, weights = examples()
    own = list(zip(*wish_examples(), strict=True))
    for spec in (BUILTIN, STATIC):
        encoder = load_encoder(spec)
        if not given.unmeasured:
            print(f"encoder {encoder.name}: {accuracy(own, texts, labels, weights, encoder):.3f} of {len(own)} sentences")
        every = [*texts, *(text for text, _ in own)], [*labels, *(label for _, label in own)]
        importance = [*weights, *([OWN] * len(own))]
        LinearModel.train(*every, importance=importance, encoder=encoder, bits=BITS).save(shipped_for(encoder))


def accuracy(
    own: Sequence[tuple[str, str]],
    texts: list[str],
    labels: list[str],
    weights: list[float],
    encoder: Encoder,
    importance: float = OWN,
    bits: int = BITS,
) -> float:
    """The share of our own sentences that models trained without them tell right; each counts ``importance``."""
    order = np.random.default_rng(0).permutation(len(own))
    right = 0
    for fold in range(FOLDS):
        held = [own[place] for place in order[fold::FOLDS]]
        kept = [one for one in own if one not in held]
        every = [*texts, *(text for text, _ in kept)], [*labels, *(label for _, label in kept)]
        model = LinearModel.train(*every, importance=[*weights, *([importance] * len(kept))], encoder=encoder, bits=bits)
        told = model.probabilities([text for text, _ in held]).argmax(axis=1)
        right += sum(model.labels[column] == label for column, (_, label) in zip(told, held, strict=True))
    return right / len(own)


if __name__ == "__main__":
    main()
