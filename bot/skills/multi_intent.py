"""Several intents in one message: it looks for goods and asks something of the shop besides, and both are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.generation.brief import Brief, Line
from bot.generation.phrases import listed
from bot.policy.doubts import LEAVES_SHOPPING, SURELY_ANSWERED, TOLD
from bot.policy.intents import SERVICE, SHOPPING
from bot.policy.patterns import LOOKS_FOR
from bot.skills.outcome import Outcome, TurnContext
from bot.text.question_type import question_parts
from bot.types import DialogueState, Message, Understanding

Read = Callable[[str, Sequence[Message], DialogueState], Understanding]
Gather = Callable[[Understanding, DialogueState, TurnContext], Outcome]
_OF_SHOP = SERVICE - {"order_status", "change_order", "cancel_order", "human_agent"} | {"warranty_repair"}
_OF_GOODS = frozenset({"product_question", "usage_help"})
_MAY_BE_OF_SHOP = frozenset({"price_promotion", "order_status", "product_question", "size_fit"})
"""What may be of the shop where it names no goods: whether it matches prices."""
_MARKS = " ,.;:!?，。；：！？、"


def for_all_intents(
    understanding: Understanding, state: DialogueState, context: TurnContext, read: Read, gather: Gather
) -> Outcome:
    """What is gathered for a message; where it shows goods, or would without a question of another matter, for both."""
    whole, goods = gather(understanding, state, context), understanding.entities
    parts = question_parts(understanding.text)
    if whole.brief.action not in ("answer", "recommend", "decline") or state.asks or not (goods.categories or goods.skus):
        return whole
    heard = {part: read(part, context.history, state) for part in parts}
    asks_for_goods = _shows(whole) or any(map(_is_wish, heard.values()))
    beside = [part for part, said in heard.items() if _is_beside(said, whole, asks_for_goods)]
    rest = _without(understanding.text, parts, beside)
    if not beside or not rest:
        return whole
    wish = read(rest, context.history, state)
    shown = whole if _shows(whole) or not _is_wish(wish) else gather(wish, state, context)
    if not _shows(shown):
        return whole
    asked = read("？".join(beside) if understanding.language.code == "zh" else "? ".join(beside), context.history, shown.state)
    answered = gather(asked, shown.state, context)
    told = answered.brief
    if told.action != "answer" or told.abstained or answered.surety < _needed(asked):
        if not (_shows(whole) or whole.brief.abstained) or asked.intent.name not in _OF_SHOP:
            return whole
        told = _untold(beside, told)
    evidence = (*shown.brief.evidence, *told.evidence)
    brief = replace(shown.brief, understanding=understanding, evidence=evidence, beside=told)
    return replace(shown, brief=brief, goes_on=shown.brief.understanding)


def _shows(outcome: Outcome) -> bool:
    return outcome.brief.action == "recommend" and bool(outcome.brief.products)


def _is_wish(said: Understanding) -> bool:
    """Whether goods are looked for: "got a jacket 12 days ago" tells of some that were bought."""
    looks = said.intent.name in SHOPPING and said.intent.confidence >= LEAVES_SHOPPING
    return looks or LOOKS_FOR.search(said.text[:200]) is not None


def _untold(asked: Sequence[str], declined: Brief) -> Brief:
    """Says that a person can tell what was asked beside the goods that are shown."""
    quoted = listed([f"“{one}”" for one in asked], declined.language)
    return replace(
        declined, action="answer", note=None, evidence=(), abstained=False, lines=(Line.of("part_unknown", parts=quoted),)
    )


def _is_beside(asked: Understanding, whole: Outcome, asks_for_goods: bool) -> bool:
    """Whether a question is of the shop's ways, or of goods that are only shown; "do you price match" where another is not."""
    intent, goods = asked.intent, asked.entities
    if intent.confidence < LEAVES_SHOPPING:
        return False
    if intent.name in _OF_GOODS and _shows(whole):
        return True
    names_none = asks_for_goods and not (goods.categories or goods.constraints or LOOKS_FOR.search(asked.text[:200]))
    return not goods.skus and (intent.name in _OF_SHOP or (intent.name in _MAY_BE_OF_SHOP and names_none))


def _needed(asked: Understanding) -> float:
    return TOLD if asked.intent.name in _OF_SHOP else SURELY_ANSWERED


def _without(text: str, parts: Sequence[str], beside: Sequence[str]) -> str:
    """The message without the questions ``beside``: what stands before and behind the questions, and the others of them."""
    before = text[: max(text.find(parts[0]), 0)]
    behind = text[text.find(parts[-1]) + len(parts[-1]) :] if parts[-1] in text else ""
    kept = [piece.strip(_MARKS) for piece in (before, *(part for part in parts if part not in beside), behind)]
    return ". ".join(piece for piece in kept if any(sign.isalnum() for sign in piece))
