"""What the order desk has to say: proposals, questions, refusals and what was done, line by line as code decided it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.generation.brief import Brief
from bot.generation.line_text import told_lines
from bot.generation.phrases import Phrases
from bot.generation.service_text import ask, refusal

_ASKED_BY = {
    "which_order": "order_id", "which_items": "items", "which_quantity": "quantity", "which_option": "option",
    "same_again": "option", "which_way": "operation",
    "which_method": "payment_method", "which_reason": "reason",
}  # fmt: skip
_UNTOLD = {"kept": "change_kept", "denied": "change_denied", "done": "change_done"}


def change(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """The brief's lines, each with its source, then what is still to be asked; a proposal ends with the question for a yes."""
    if refused := refusal(brief, phrases):
        yield refused
        return
    told = list(told_lines(brief, phrases))
    if not told and brief.note in _UNTOLD:
        told = [phrases.say(_UNTOLD[brief.note])]
    yield from told
    asked = {_ASKED_BY.get(line.phrase) for line in brief.lines}
    if missing := [slot for slot in brief.asks if slot not in asked]:
        gap = "\n\n" if "confirmation" in missing else "" if phrases.language == "zh" else " "
        yield (gap if told else "") + ask(missing, phrases)
    elif not told:
        yield phrases.say("clarify_open")
