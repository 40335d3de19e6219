"""Replies that a person could send, from what the shop has loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.transcript import Transcript
from bot.types import DialogueState, Message, Reply

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

MOST = 4
LAST_MESSAGES = 3
LONGEST = 600
DRAFTED = ("answer", "recommend", "guide", "compare")
KINDS = ("qa", "text")


@dataclass(frozen=True, slots=True)
class Suggested:
    """A reply, and where it comes from. ``source`` is empty for what the assistant itself would say."""

    text: str
    source: str
    title: str


def suggest(shopdesk: Shopdesk, conversation: str) -> tuple[str | None, list[Suggested]]:
    """The customer's newest message that anything loaded answers, and replies to it, best first.

    They are what the assistant would say, and passages that fit. It begins with an empty state, so that nothing that it was
    about to do goes on, and nothing is stored. Where none of the last messages is answered, the last one comes without replies.
    """
    history = shopdesk.conversations.history(conversation)
    asked = [place for place, message in enumerate(history) if message.role == "user"][-LAST_MESSAGES:]
    for place in reversed(asked):
        texts = {one.text: one for one in _replies(shopdesk, history[place], history[:place])}
        if texts:
            return history[place].text, list(texts.values())[:MOST]
    return (history[asked[-1]].text if asked else None), []


def _replies(shopdesk: Shopdesk, question: Message, before: tuple[Message, ...]) -> Iterator[Suggested]:
    for event in shopdesk.continue_transcript(question.text, Transcript(before, DialogueState(language=question.language))):
        if event.name == "done" and event.data.action in DRAFTED and not event.data.abstained:
            yield Suggested(_uncited(event.data), "", "")
    for hit in shopdesk.search(question.text, MOST):
        if hit["kind"] in KINDS and hit["score"] >= shopdesk.settings.answer_threshold:
            yield Suggested(_answer(hit["text"], hit["title"])[:LONGEST], hit["source"], hit["title"] or "")


def _uncited(reply: Reply) -> str:
    text = reply.text.replace("**", "")
    for citation in reply.citations:
        text = text.replace(f" [{citation.n}]", "").replace(f"[{citation.n}]", "")
    return text


def _answer(text: str, title: str | None) -> str:
    """A passage without the question or heading that it begins with."""
    return text.removeprefix(title or "").lstrip("\n ") or text
