"""What a customer tells of their need, be it in words that name no intent."""

from __future__ import annotations

from bot.order_desk.state import DeskState
from bot.policy.doubts import unless_told
from bot.policy.patterns import ASKS, ASKS_WHICH, BESIDE_IT, BETWEEN_KINDS, FIRST_TIME
from bot.text.phrases import tokenise
from bot.types import Action, DialogueState, Understanding
from bot.understanding.refining import revises_set

_CHOOSING = frozenset({"recommendation", "purchase_guide", "out_of_scope"})
_FEWEST_WORDS = 3
_HARDLY = 0.5


def first_of_its_kind(understanding: Understanding) -> Action | None:
    """Guides whoever has none of the kind of goods yet that they name."""
    first = FIRST_TIME.search(understanding.text[:200]) and understanding.entities.categories
    chooses_one = understanding.intent.name in _CHOOSING and not understanding.entities.skus
    return Action("guide", unless_answered=unless_told(understanding)) if first and chooses_one else None


def names_goods_alone(understanding: Understanding) -> bool:
    """Whether a message is a kind of goods with a wish and nothing else: "powerful blender" is no praise."""
    said = understanding.entities
    return bool(said.categories and said.constraints) and len(tokenise(understanding.text)) <= _FEWEST_WORDS


def tells_of_need(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message that is about nothing else tells of its customer, who was shown goods of a kind: "we fly a lot"."""
    intent, text = understanding.intent, understanding.text
    of_nothing = intent.name == "out_of_scope" or (intent.name == "small_talk" and intent.confidence < _HARDLY)
    shown = state.category is not None and state.last_action in ("recommend", "guide")
    return shown and of_nothing and not ASKS.search(text) and len(tokenise(text)) >= _FEWEST_WORDS


def changes_set(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message changes the set of products that was shown last, and tells of no order."""
    entities = understanding.entities
    if DeskState.of(state.desk).busy or entities.order_ids or entities.emails or ASKS_WHICH.search(understanding.text[:200]):
        return False
    return revises_set(understanding, state)


def between_kinds(understanding: Understanding, state: DialogueState) -> bool:
    """Whether two kinds of goods are compared: both named, or one beside what the conversation is about."""
    named = understanding.entities.categories
    beside = BESIDE_IT.search(understanding.text[:200]) is not None and bool(state.skus or state.category)
    return (len(named) > 1 and BETWEEN_KINDS.search(understanding.text[:200]) is not None) or (bool(named) and beside)
