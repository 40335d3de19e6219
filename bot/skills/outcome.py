"""What every skill is given and what it hands back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.generation.brief import Brief
from bot.settings.profile import ShopProfile
from bot.types import ActionName, CartLine, DialogueState, Entities, Intent, IntentName, Message, Understanding
from knowledge_base.types import SearchHit, SectionKind


@dataclass(frozen=True, slots=True)
class TurnContext:
    """What surrounds a message.

    ``customer`` is an identity that the server has proved (a signed token, the owner's own command), never one that a
    message claims. ``page_sku`` is the product whose page the customer is looking at, ``cart`` what that page
    tells of their cart. ``written`` are the customer's messages,
    this one last, in the characters that they wrote; rules read what :func:`bot.text.script.as_read` makes of them.
    """

    shop: ShopProfile
    history: tuple[Message, ...] = ()
    conversation: str = ""
    customer: str | None = None
    page_sku: str | None = None
    cart: tuple[CartLine, ...] = ()
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The brief for the writer, and what the conversation remembers from now on.

    ``surety`` is the probability that the documents in the brief's evidence answer; 0 where none was judged. ``goes_on`` is
    the part of a message of several intents that a follow-up refers to; None: the message.
    """

    brief: Brief
    state: DialogueState
    surety: float = 0.0
    goes_on: Understanding | None = None


class Skill(Protocol):
    """Gathers what one kind of reply may rest on. The brief's action may differ from what the policy asked for."""

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Reads, never writes text and never changes the shop's data."""
        ...


class ChainedSkill(Protocol):
    """A skill that answers some messages, or adds to what others answer, and has ``otherwise`` answer the rest."""

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """Its own outcome, or what it makes of that of the skills behind it."""
        ...


@dataclass(frozen=True, slots=True)
class _Before:
    first: ChainedSkill
    otherwise: Skill

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        return self.first.prepare(understanding, state, context, self.otherwise)


def in_turn(*chained: ChainedSkill, last: Skill) -> Skill:
    """One skill of several: each of ``chained`` is asked before those behind it, ``last`` when none of them has answered."""
    for skill in reversed(chained):
        last = _Before(skill, last)
    return last


class KnowledgeSearch(Protocol):
    """The knowledge base's search, best hit first."""

    def __call__(self, query: str, k: int = 10, kinds: Collection[SectionKind] | None = None) -> Sequence[SearchHit]:
        """At most ``k`` hits of the given kinds; all kinds when none is named."""
        ...


def brief_for(
    action: ActionName,
    understanding: Understanding,
    context: TurnContext,
    asks: tuple[str, ...] = (),
    note: str | None = None,
    abstained: bool = False,
) -> Brief:
    """The brief that a skill begins with: the customer's words in their conversation, without anything to rest a reply on."""
    return Brief(
        action=action,
        question=understanding.question,
        language=understanding.language.code,
        understanding=understanding,
        shop=context.shop,
        history=context.history,
        asks=asks,
        note=note,
        abstained=abstained,
    )


def in_view(told: tuple[str, ...], understanding: Understanding, state: DialogueState) -> tuple[str, ...]:
    """The products that follow-ups may point at: those told of, and what was shown beside the one that was pointed at."""
    pointed = understanding.rewritten and set(told) <= set(state.skus)
    return (*told, *(sku for sku in state.skus if pointed and sku not in told)) or state.skus


def asked_alone(understanding: Understanding, question: str, intent: IntentName) -> Understanding:
    """A question of ours, as if the customer had asked it and nothing else."""
    return replace(understanding, text=question, question=question, intent=Intent(intent, 1.0), entities=Entities(), sensed=())
