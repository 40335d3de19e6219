"""The shipped intents together with an owner's: a message near the owner's examples has the owner's intent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.types import Intent
from bot.understanding.examples import shipped_examples
from bot.understanding.intent import OUT_OF_SCOPE, IntentClassifier
from bot.understanding.owner_intents import OwnerIntents
from knowledge_base.encoder import Encoder

FEWEST, MOST = 6, 60
OUTSIDE = 4
"""How many times as many examples stand for what lies out of scope as for another shipped intent."""
_SHIPPED = "shipped:"


class CombinedIntents:
    """Asks the owner's classifier first, which was taught what the shipped intents sound like too."""

    def __init__(self, shipped: IntentClassifier, own: OwnerIntents) -> None:
        self._shipped, self._own = shipped, own

    @classmethod
    def train(cls, texts: Sequence[str], labels: Sequence[str], shipped: IntentClassifier, encoder: Encoder) -> CombinedIntents:
        """Learns the owner's examples; a label may be one of the shipped intents.

        About as many examples of each shipped intent stand beside them as the owner gives of one, so that none is favoured.
        """
        more, names = contrast(round(len(texts) / len(set(labels))), leave_out=frozenset(labels))
        return cls(shipped, OwnerIntents.train([*texts, *more], [*labels, *names], encoder))

    def classify(self, text: str) -> Intent:
        """The likeliest intent of ``text`` with its probability."""
        found = self._own.classify(text)
        return self._shipped.classify(text) if found.name.startswith(_SHIPPED) else found


def contrast(count: int, leave_out: frozenset[str]) -> tuple[list[str], list[str]]:
    """Examples of the shipped intents under names of their own: ``count`` of each, within reason, in both languages."""
    count = min(max(count, FEWEST), MOST)
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in zip(*shipped_examples(), strict=True):
        by_intent[intent].append(text)
    chosen = []
    for intent, listed in by_intent.items():
        if intent not in leave_out:
            wanted = count * OUTSIDE if intent in OUT_OF_SCOPE else count
            places = [round((n + 0.5) * len(listed) / wanted - 0.5) for n in range(min(wanted, len(listed)))]
            chosen += [(listed[place], f"{_SHIPPED}{intent}") for place in places]
    return [text for text, _ in chosen], [name for _, name in chosen]
