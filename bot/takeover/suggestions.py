"""Replies that a person could send, from what the shop has loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.transcript import Transcript
from bot.types import DialogueState, Reply

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

MOST = 4
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Suggested:
    """A reply, and where it comes from. ``source`` is empty for what the assistant itself would say."""

    text: str
    source: str
    title: str


def suggest(shopdesk: Shopdesk, conversation: str) -> tuple[str | None, list[Suggested]]:
    """The customer's last message and replies to it, best first: what the assistant would say, then passages that fit.

    The assistant begins with an empty state, so that nothing it was about to do goes on, and nothing is stored.
    """
    history = shopdesk.conversations.history(conversation)
    question = next((message.text for message in reversed(history) if message.role == "user"), None)
    if question is None:
        return None, []
    place = max(index for index, message in enumerate(history) if message.role == "user")
    found = [*_draft(shopdesk, question, Transcript(history[:place], DialogueState(language=history[place].language)))]
    for hit in shopdesk.search(question, MOST):
        found.append(Suggested(_answer(hit["text"], hit["title"])[:LONGEST], hit["source"], hit["title"] or ""))
    return question, list({one.text: one for one in reversed(found)}.values())[::-1][:MOST]


def _draft(shopdesk: Shopdesk, question: str, before: Transcript) -> list[Suggested]:
    for event in shopdesk.continue_transcript(question, before):
        if event.name == "done":
            reply: Reply = event.data
            helpful = not reply.abstained and reply.action in ("answer", "recommend", "guide", "compare")
            return [Suggested(_uncited(reply), "", "")] if helpful else []
    return []


def _uncited(reply: Reply) -> str:
    text = reply.text
    for citation in reply.citations:
        text = text.replace(f" [{citation.n}]", "").replace(f"[{citation.n}]", "")
    return text


def _answer(text: str, title: str | None) -> str:
    """A passage without the question or heading that it begins with."""
    return text.removeprefix(title or "").lstrip("\n ") or text
