"""A reply as it goes out: what was composed as the reply object, its last events, and what the conversation remembers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.generation.brief import Brief
from bot.generation.candidate import DOCUMENTS
from bot.generation.composer import Composition
from bot.generation.service_text import offer_of
from bot.shop.wording import format_price
from bot.skills.outcome import Outcome
from bot.store.conversations import Opened
from bot.turn.stopwatch import Stopwatch
from bot.types import PERSON, DialogueState, ProductCard, Reply, TurnEvent, Understanding


def reply_of(
    opened: Opened,
    understanding: Understanding,
    brief: Brief,
    composition: Composition,
    follow_ups: tuple[str, ...],
    clock: Stopwatch,
) -> Reply:
    """The reply object of a turn whose words are written."""
    return Reply(
        conversation=opened.conversation,
        turn=opened.turn,
        language=brief.language,
        intent=understanding.intent,
        sentiment=understanding.sentiment,
        action=brief.action,
        text=composition.text,
        citations=composition.citations,
        products=_cards(brief, composition),
        follow_ups=follow_ups,
        asks=brief.asks,
        proposed_change=brief.proposed_change,
        handover=brief.handover,
        abstained=brief.abstained,
        writer=composition.writer,
        prompt=composition.prompt,
        timings_ms=clock.read(),
    )


def left_to_person(opened: Opened, understanding: Understanding, clock: Stopwatch) -> Reply:
    """The empty reply of a turn that is left to a person of the shop."""
    return Reply(
        conversation=opened.conversation,
        turn=opened.turn,
        language=understanding.language.code,
        intent=understanding.intent,
        sentiment=understanding.sentiment,
        action="handover",
        text="",
        writer=PERSON,
        timings_ms=clock.read(),
    )


def last_events(reply: Reply) -> Iterator[TurnEvent]:
    """The events of a reply that is stored."""
    yield TurnEvent("citations", reply.citations)
    yield TurnEvent("products", reply.products)
    yield TurnEvent("follow_ups", reply.follow_ups)
    yield TurnEvent("asks", reply.asks)
    yield TurnEvent("done", reply)


def whole(events: Iterator[TurnEvent]) -> Reply:
    """The reply that the events of a turn end with."""
    for event in events:
        if event.name == "done":
            reply: Reply = event.data
            return reply
    raise AssertionError("A turn ends with its reply.")


def remember(outcome: Outcome, understanding: Understanding, reply: Reply) -> DialogueState:
    """The state after the turn: what the skill kept, and what was said, shown and done last."""
    about, cited = outcome.goes_on or understanding, {citation.id for citation in reply.citations}
    shown = tuple(card.sku for card in reply.products) if outcome.brief.cited_only else ()
    passages = tuple(evidence.id for evidence in outcome.brief.evidence if evidence.kind in DOCUMENTS and evidence.id in cited)
    told = about.entities.categories[:1] if outcome.brief.action in ("answer", "decline") else ()
    return replace(
        outcome.state,
        category=told[0] if told else outcome.state.category,
        fault=understanding.fault or (outcome.state.fault if understanding.rewritten else None),
        told=passages if passages or outcome.brief.action != "decline" else outcome.state.told,
        skus=shown or outcome.state.skus,
        language=understanding.language.code,
        last_intent=about.intent.name,
        last_action=outcome.brief.action,
        last_question=about.question,
        asks=outcome.brief.asks,
        offered=offer_of(outcome.brief),
    )


def _cards(brief: Brief, composition: Composition) -> tuple[ProductCard, ...]:
    """The brief's products as cards, each with its reason."""
    language, cited = brief.language, {citation.source for citation in composition.citations}
    reasons = (*brief.reasons, *("" for _ in brief.products))
    return tuple(
        ProductCard(
            p.sku, p.title, p.price, p.currency, p.stock, p.url, why, p.image, format_price(p.price, p.currency, language)
        )
        for p, why in zip(brief.products, reasons, strict=False)
        if p.sku in cited or not brief.cited_only
    )
