"""Follow-ups become questions that stand alone; questions that already do stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.text.phrases import plain
from bot.text.question_type import question_types
from bot.text.script import to_simplified
from bot.text.size_choice import tells_measure
from bot.types import KIND, MEASURES, DialogueState, Entities, LanguageCode, Message
from bot.understanding.aftersale import after_sale
from bot.understanding.ellipsis import as_about, continued, other_goods
from bot.understanding.focus import Focus
from bot.understanding.haggling import bargained
from bot.understanding.rewriting_en import rewrite_en
from bot.understanding.rewriting_zh import rewrite_zh

LONGEST_EN = 120
LONGEST_ZH = 40
"""Longer messages carry their own subject; follow-ups are short."""


def rewrite(
    text: str,
    language: LanguageCode,
    entities: Entities,
    history: Sequence[Message],
    state: DialogueState,
    title_of: Callable[[str], str | None],
    price_of: Callable[[str], float | None] | None = None,
) -> str | None:
    """``text`` as a question that can be understood without the conversation; None when it already can.

    Pronouns, ordinals and ``the blue one`` become product titles, an elliptic question gets its subject, and ``what about X``
    becomes the last question about X. ``price_of`` lets ``the cheaper one`` be resolved. The result is for retrieval and
    classification (traditional characters come out simplified), not for showing.
    """
    written = to_simplified(plain(text))
    longest = LONGEST_EN if language == "en" else LONGEST_ZH
    if not written or len(written) > longest or entities.order_ids or entities.emails:
        return None
    focus = Focus.of(history, state, title_of, price_of)
    if not (focus.question or focus.titles or focus.order_id or focus.category):
        return None
    if focus.question and _tells_what_was_asked(written, entities, state):
        return f"{focus.question.rstrip('?？。.! ')}{', ' if language == 'en' else '，'}{written}"
    written = as_about(written, language, state)
    bargain = bargained(written, language) if len(focus.titles) == 1 else None
    follow_up = rewrite_en if language == "en" else rewrite_zh
    found = bargain or after_sale(written, language, focus) or continued(written, language, focus, state)
    if language == "en" and not found:
        found = other_goods(written, bool(entities.categories), focus)
    found = found or follow_up(written, entities, focus)
    return found if found and found != written else None


def _tells_what_was_asked(text: str, entities: Entities, state: DialogueState) -> bool:
    """Whether a message only says of which goods, or which measures, the question before was."""
    goods = bool(entities.categories or entities.skus)
    told = (MEASURES in state.asks and (goods or tells_measure(text))) or (KIND in state.asks and goods)
    return told and not question_types(text)
