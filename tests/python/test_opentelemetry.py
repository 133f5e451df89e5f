"""`palabre.contrib.opentelemetry`: one client span for each try of a request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import Connect
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from scripts import printed
from verbs import TO

import palabre
from palabre.contrib import opentelemetry


class Traces:
    """A provider that keeps the spans that have ended."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.hooks: Any = opentelemetry.hooks(self.provider)

    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def only(self) -> ReadableSpan:
        (span,) = self.spans()
        return span


@pytest.fixture
def traces() -> Traces:
    return Traces()


async def test_a_request_is_a_client_span(
    connect: Connect, sandbox: palabre.Sandbox, traces: Traces
) -> None:
    await connect("msgflash", account="main", **traces.hooks).contacts.get("CONTACT_UUID_1")
    span = traces.only()
    assert span.name == "GET /api/v1/contacts/{id}"
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes
    size = span.attributes["http.response.body.size"]
    assert isinstance(size, int)
    assert size > 0
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "url.template": "/api/v1/contacts/{id}",
        "server.address": "127.0.0.1",
        "server.port": int(sandbox.url.rpartition(":")[2]),
        "http.request.body.size": 0,
        "http.response.status_code": 200,
        "http.response.body.size": size,
        "palabre.vendor": "msgflash",
        "palabre.account": "main",
        "palabre.verb": "contacts.get",
        "palabre.operation": "get_contact",
    }
    scope = span.instrumentation_scope
    assert scope
    assert (scope.name, scope.version) == ("palabre", palabre.__version__)


async def test_the_span_is_a_child_of_the_current_one(connect: Connect, traces: Traces) -> None:
    tracer = traces.provider.get_tracer("test")
    api = connect("msgflash", **traces.hooks)

    async def read(name: str) -> None:
        with tracer.start_as_current_span(name):
            await api.groups.list().collect()

    await asyncio.gather(read("a"), read("b"))
    spans = {span.context.span_id: span for span in traces.spans() if span.context}
    children = [span for span in spans.values() if span.name.startswith("GET")]
    parents = [spans[span.parent.span_id].name for span in children if span.parent]
    assert sorted(parents) == ["a", "b"]


async def test_each_try_has_a_span(
    connect: Connect, sandbox: palabre.Sandbox, traces: Traces
) -> None:
    sandbox.add_fault(operation="list_contact_groups", status=503)
    await connect("msgflash", **traces.hooks).groups.list().collect()
    first, second = [dict(span.attributes or {}) for span in traces.spans()]
    assert (first["http.response.status_code"], first["error.type"]) == (503, "503")
    assert "http.request.resend_count" not in first
    assert "error.type" not in second
    assert (second["http.response.status_code"], second["http.request.resend_count"]) == (200, 1)
    assert [span.status.status_code.name for span in traces.spans()] == ["ERROR", "UNSET"]


async def test_a_failure_without_a_status_has_its_kind(connect: Connect, traces: Traces) -> None:
    api = connect(
        "msgflash", base_url="http://127.0.0.1:1", retry=palabre.RetryPolicy.off(), **traces.hooks
    )
    with pytest.raises(palabre.UnavailableError):
        await api.groups.list().collect()
    span = traces.only()
    assert span.attributes
    assert span.attributes["error.type"] == "Unavailable"
    assert span.status.description
    assert span.status.description.startswith("no connection to the vendor: ")


async def test_a_refusal_with_a_good_status_has_its_kind(
    connect: Connect, sandbox: palabre.Sandbox, traces: Traces
) -> None:
    body = '{"status": "error", "message": "no"}'
    sandbox.add_fault(operation="send_message", status=200, body=body)
    with pytest.raises(palabre.PalabreError) as caught:
        await connect("wapiflow", **traces.hooks).messages.send(to=TO, text="Canary")
    attributes = dict(traces.only().attributes or {})
    assert attributes["http.response.status_code"] == 200
    kind = type(caught.value).__name__.removesuffix("Error")
    assert (attributes["error.type"], attributes["palabre.outcome"]) == (
        kind,
        caught.value.outcome,
    )
    assert "Canary" not in repr(attributes)
    assert TO.removeprefix("+") not in repr(attributes)


async def test_the_span_of_a_cancelled_request_ends(
    sandbox: palabre.Sandbox, traces: Traces
) -> None:
    sandbox.add_fault(operation="list_contact_groups", delay_ms=20_000)
    client = sandbox.async_client("msgflash", **traces.hooks)
    task = asyncio.ensure_future(client.groups.list().collect())
    while not sandbox.journal():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while not traces.spans():
        await asyncio.sleep(0.01)
    assert (traces.only().attributes or {})["error.type"] == "Cancelled"


async def test_without_a_provider_the_global_one_is_asked(connect: Connect) -> None:
    hooks: Any = opentelemetry.hooks()
    assert len(await connect("msgflash", **hooks).groups.list().collect()) == 10


def test_a_missing_library_is_named_with_the_way_to_install_it() -> None:
    output = printed(
        """
        import sys
        sys.modules["opentelemetry"] = None
        try:
            import palabre.contrib.opentelemetry
        except ModuleNotFoundError as error:
            print(error.name, "|", error)
        """
    )
    assert output == (
        "opentelemetry | opentelemetry-api is not installed; pip install 'palabre[opentelemetry]'\n"
    )
