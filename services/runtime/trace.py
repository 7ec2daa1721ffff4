"""Trace context (W3C ``traceparent``): one trace for each article, from its producer to its row in Postgres.

A record header ``traceparent`` of ``articles.raw`` is carried to all that is made of the record, with a span of its own
at each step. Where a producer sends none, or one that is not valid, all readers of the record make the same one of its
position. https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from contracts.topics import RAW

HEADER = "traceparent"
NAMED = 10
_VALID = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
Headers = Iterable[tuple[str, bytes | None]]

given: ContextVar[bytes | None] = ContextVar("given", default=None)
"""The ``traceparent`` of the request that is being answered."""


def valid(value: bytes | None) -> bool:
    """Tell whether a ``traceparent`` is one: of a known form, neither of its IDs all zeros."""
    match = _VALID.fullmatch(value or b"")
    if match is None or match[1] == b"ff" or (match[1] == b"00" and match[5]):
        return False
    return bool(match[2].strip(b"0")) and bool(match[3].strip(b"0"))


def of(headers: Headers, topic: str, partition: int, offset: int) -> bytes:
    """Return the trace that a record belongs to: the first valid header's, else one made of its position."""
    return _first(headers) or _made(f"{topic}/{partition}/{offset}")


def onward(traceparent: bytes, service: str) -> tuple[str, bytes]:
    """Return the header of what a service makes of a record: the same trace, a span of the service's own."""
    _, trace_id, span_id, flags = traceparent.split(b"-")[:4]
    span = hashlib.blake2b(b"/".join((trace_id, span_id, service.encode())), digest_size=8).hexdigest()
    return HEADER, b"-".join((b"00", trace_id, span.encode(), flags))


def begun() -> tuple[str, bytes]:
    """Return the header of an article that comes in: of the trace of its request, else of a new one."""
    request = given.get()
    if valid(request):
        assert request is not None
        return onward(request, "ingest")
    return HEADER, b"00-%s-%s-01" % (secrets.token_hex(16).encode(), secrets.token_hex(8).encode())


def carried(headers: Headers) -> str | None:
    """Return the ID of the trace that a record carries, None where it carries none."""
    found = _first(headers)
    return trace_id(found) if found else None


def trace_id(traceparent: bytes) -> str:
    """Return the ID of the trace, 32 hexadecimal digits."""
    return traceparent.split(b"-")[1].decode()


def named(records: Iterable[Any]) -> dict[str, list[str] | int]:
    """Name the traces that records belong to, for a line in the log: the first ``NAMED``, and the number of the others.

    A record without a trace has none to be named, but for one of ``articles.raw``, whose readers all make the same.
    """
    ids = list(dict.fromkeys(found for record in records if (found := _id_of(record))))
    more = len(ids) - NAMED
    return {"traces": ids[:NAMED]} | ({"more_traces": more} if more > 0 else {})


def _id_of(record: Any) -> str | None:  # noqa: ANN401 - aiokafka's record is untyped
    if record.topic == RAW.full_name:
        return trace_id(of(record.headers, record.topic, record.partition, record.offset))
    return carried(record.headers)


def _first(headers: Headers) -> bytes | None:
    return next((value for name, value in headers if name.lower() == HEADER and valid(value)), None)


def _made(name: str) -> bytes:
    digest = hashlib.blake2b(name.encode(), digest_size=24).hexdigest().encode()
    return b"00-%s-%s-01" % (digest[:32], digest[32:])
