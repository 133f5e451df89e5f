"""Spans of OpenTelemetry: one for each try of a request.

Examples:
    >>> import palabre
    >>> from palabre.contrib import opentelemetry
    >>> with palabre.Sandbox(seed=7) as sandbox:
    ...     client = sandbox.client("msgflash", **opentelemetry.hooks())
    ...     len(client.groups.list().collect())
    10
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

try:
    from opentelemetry import trace
except ImportError as _error:
    raise ModuleNotFoundError(
        "opentelemetry-api is not installed; pip install 'palabre[opentelemetry]'",
        name="opentelemetry",
    ) from _error

from palabre import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.util.types import AttributeValue

    from palabre import ErrorEvent, RequestEvent, ResponseEvent

__all__ = ["Hooks", "hooks"]

_SCHEMA = "https://opentelemetry.io/schemas/1.37.0"


class Hooks(TypedDict):
    """Three arguments of ``Client`` and ``AsyncClient``."""

    on_request: Callable[[RequestEvent], None]
    on_response: Callable[[ResponseEvent], None]
    on_error: Callable[[ErrorEvent], None]


def hooks(tracer_provider: trace.TracerProvider | None = None) -> Hooks:
    """Make hooks that write a client span for each try of a request.

    The span is a child of the one that is current where palabre is called. It follows the
    conventions for HTTP, except that it has no ``url.full``: an address holds identifiers. What
    palabre knows beyond HTTP is in attributes that start with ``palabre.``.

    Args:
        tracer_provider: Where spans go; the global provider if None.

    Returns:
        The hooks by the names of the arguments: ``Client("msgflash", **hooks())``.
    """
    tracer = trace.get_tracer("palabre", __version__, tracer_provider, schema_url=_SCHEMA)
    # The spans that have begun, by the request and its try.
    spans: dict[tuple[int, int], trace.Span] = {}

    def on_request(event: RequestEvent) -> None:
        spans[event.call_id, event.attempt] = tracer.start_span(
            f"{event.method} {event.path_template}",
            kind=trace.SpanKind.CLIENT,
            attributes=_of_request(event),
        )

    def on_response(event: ResponseEvent) -> None:
        span = spans.pop((event.call_id, event.attempt), None)
        if span is not None:
            span.set_attributes(_of_answer(event))
            span.end()

    def on_error(event: ErrorEvent) -> None:
        span = spans.pop((event.call_id, event.attempt), None)
        if span is not None:
            span.set_attributes(_of_answer(event))
            span.set_attributes(_of_failure(event))
            span.set_status(trace.Status(trace.StatusCode.ERROR, event.reason))
            span.end()

    return Hooks(on_request=on_request, on_response=on_response, on_error=on_error)


def _of_request(event: RequestEvent) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {
        "http.request.method": event.method,
        "url.template": event.path_template,
        "server.address": event.host,
        "http.request.body.size": event.request_bytes,
        "palabre.vendor": event.vendor,
        "palabre.account": event.account,
        "palabre.verb": event.verb,
        "palabre.operation": event.operation,
    }
    if event.port is not None:
        attributes["server.port"] = event.port
    if event.attempt > 1:
        attributes["http.request.resend_count"] = event.attempt - 1
    return attributes


def _of_answer(event: ResponseEvent | ErrorEvent) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {}
    if event.status is not None:
        attributes["http.response.status_code"] = event.status
    if event.response_bytes is not None:
        attributes["http.response.body.size"] = event.response_bytes
    if event.request_id is not None:
        attributes["palabre.request_id"] = event.request_id
    return attributes


def _of_failure(event: ErrorEvent) -> dict[str, AttributeValue]:
    # The conventions ask for the status where it says that something failed.
    is_refused = event.status is not None and event.status >= 400
    attributes: dict[str, AttributeValue] = {
        "error.type": str(event.status) if is_refused else event.kind,
        "palabre.error_kind": event.kind,
    }
    if event.outcome is not None:
        attributes["palabre.outcome"] = event.outcome
    if event.vendor_code is not None:
        attributes["palabre.vendor_code"] = event.vendor_code
    return attributes
