"""Turns as OpenTelemetry traces: how long each stage took and how it ended, never what was said."""

from __future__ import annotations

import time
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.serving.turns import TurnLog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

SERVICE = "shopdesk"
_NS_A_MS = 1_000_000


class Tracing:
    """Makes a span of each turn that ended, with one of each of its stages inside, and hands them on in batches."""

    def __init__(self, exporter: SpanExporter) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(SERVICE)

    @classmethod
    def to(cls, endpoint: str) -> Tracing:
        """To a collector that speaks OTLP over gRPC.

        Raises:
            SettingsError: the extra is not installed.
        """
        try:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        except ImportError as error:
            raise SettingsError("The setting 'otlp_endpoint' needs `pip install 'shopdesk[otel]'`.") from error
        return cls(OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://")))

    def turn(self, log: TurnLog) -> None:
        """Notes a turn that has just ended."""
        from opentelemetry.trace import Status, StatusCode, set_span_in_context

        end = time.time_ns()
        start = end - int((log.finished_at - log.started_at) * 1e9)
        span = self._tracer.start_span("turn", start_time=start)
        if (reply := log.reply) is None:
            span.set_status(Status(StatusCode.ERROR, type(log.failure).__name__))
        else:
            names = ("action", "language", "writer", "abstained")
            span.set_attributes({f"shopdesk.{name}": getattr(reply, name) for name in names})
            span.set_attribute("shopdesk.intent", reply.intent.name)
            stages = [(name, ms) for name, ms in reply.timings_ms.items() if name != "total"]
            begins = [0.0, *accumulate(ms for _, ms in stages)]
            offset = end - int(reply.timings_ms.get("total", 0.0) * _NS_A_MS)
            for (name, ms), begin in zip(stages, begins, strict=False):
                child = self._tracer.start_span(name, set_span_in_context(span), start_time=offset + int(begin * _NS_A_MS))
                child.end(offset + int((begin + ms) * _NS_A_MS))
        span.end(end)

    def close(self) -> None:
        """Hands on what is left."""
        self._provider.shutdown()
