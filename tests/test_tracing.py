"""Turns as traces: one span a turn with its stages inside, and no word of what was said."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.serving.slots import ComputeSlots
from bot.serving.tracing import Tracing
from bot.serving.turns import TurnLog, Turns, WorkerPool
from bot.types import TurnEvent


@pytest.fixture
def traced():
    exporter = InMemorySpanExporter()
    tracing = Tracing(exporter)
    pool = WorkerPool(1, 1)
    turns = Turns(pool, ComputeSlots(), tracing.turn)

    def spans(events):
        turns.run(TurnLog(), events)
        pool.drain(10)
        tracing.close()
        return {span.name: span for span in exporter.get_finished_spans()}

    return spans


def test_a_turn_is_a_span_with_its_stages_in_order_and_without_its_words(api, traced):
    words = "How long is the warranty of kettle 7731?"
    reply = api.shopdesk.reply(words)
    spans = traced(lambda: iter([TurnEvent("done", reply)]))
    turn = spans["turn"]
    assert turn.attributes["shopdesk.action"] == reply.action and turn.attributes["shopdesk.writer"] == "builtin"
    stages = [name for name in reply.timings_ms if name != "total"]
    assert set(spans) == {"turn", *stages} and len(stages) > 2
    assert all(spans[name].parent.span_id == turn.context.span_id for name in stages)
    begins = [spans[name].start_time for name in stages]
    assert begins == sorted(begins) and spans["evidence"].end_time - spans["evidence"].start_time == pytest.approx(
        reply.timings_ms["evidence"] * 1e6, abs=2
    )
    told = "".join(span.to_json() for span in spans.values())
    assert "7731" not in told and reply.text[:20] not in told


def test_a_turn_that_fails_is_an_error_without_its_message(traced):
    def fails():
        raise RuntimeError("secret of the inside")
        yield

    [turn] = traced(fails).values()
    assert not turn.status.is_ok and "secret" not in turn.to_json()
