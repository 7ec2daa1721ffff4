"""What a service is, said as data: an enricher, or a processor of batches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from contracts.article import RawArticle
from contracts.model import Model
from contracts.topics import Topic

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

    from services.runtime.settings import Settings

M = TypeVar("M", bound=Model)


class Reject(Exception):  # noqa: N818 - it is an order, not an error
    """A message that can never work: it goes to the dead letters under ``reason`` (a slug), and the stream goes on."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


class Unavailable(Exception):  # noqa: N818 - a state, not an error
    """A neighbour is away: the batch is tried again, without limit, and no offset is committed."""


@dataclass(frozen=True)
class Enricher:
    """One enricher: its consumer group, dead letters, metrics and logs follow from ``name``.

    ``load(settings)`` reads the model once in each worker process; ``extract(article, model)`` is pure and synchronous.
    ``model`` names model and data with their version, for provenance; ``batch`` is the most records that one worker
    process is given at a time, ``processes(settings)`` how many of them a replica has. ``extract_many`` reads several
    articles at once, where that is faster; what it raises is found out by reading each alone.
    """

    name: str
    payload: type[Model]
    load: Callable[[Settings], Any]
    extract: Callable[[RawArticle, Any], Model]
    model: str | None = None
    batch: int = 500
    processes: Callable[[Settings], int] = lambda _settings: 1
    extract_many: Callable[[Sequence[RawArticle], Any], Sequence[Model]] | None = None


@dataclass(frozen=True)
class Message(Generic[M]):
    """A record of the stream, parsed: ``value`` is the contract's model."""

    value: M
    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()


@dataclass(frozen=True)
class Output:
    """A record to be published. ``partition`` None leaves it to the key."""

    topic: Topic
    key: str
    value: bytes
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a processor made of a batch.

    ``rejects`` names messages (by index in the batch) that can never work; ``labels`` the outcome of others where it is
    not plainly ``ok`` (a label of the messages metric, one of a fixed few); ``sent`` counts outputs that the handler
    has sent itself, acknowledged.
    """

    outputs: Sequence[Output] = ()
    rejects: Mapping[int, BaseException] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)
    sent: int = 0


Handler = Callable[[Sequence[Message[Any]]], AbstractAsyncContextManager[Outcome]]


@dataclass(frozen=True)
class Processor:
    """A service that turns batches of one or more topics into effects and outputs.

    ``open(settings)`` is an async context manager that yields the handler. The handler is itself an async context
    manager over one batch: its outcome's outputs are published and acknowledged inside it and the offsets are committed
    after it, so locks taken in it are held until the outputs are out. It must be idempotent.
    """

    name: str
    reads: tuple[Topic, ...]
    open: Callable[[Settings], AbstractAsyncContextManager[Handler]]
    needs_postgres: bool = False
    pings: Mapping[str, Callable[[], bool]] = field(default_factory=dict)


@dataclass
class Context:
    """What the runtime gives a ``Loop``.

    The sign to stop, a producer, the annotations that an article needs, what to do at the dead-letter limit, and the
    checks behind /readyz, to add to.
    """

    stop: asyncio.Event
    producer: AIOKafkaProducer
    kinds: tuple[str, ...]
    stopped: Callable[[str], Awaitable[None]]
    pings: dict[str, Callable[[], Awaitable[bool] | bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Loop:
    """A service with a loop of its own; the runtime gives it a ``Context``, once its topics are there.

    With ``waits_for_kafka`` False it runs at once, and starts the producer itself.
    """

    name: str
    run: Callable[[Settings, Context], Awaitable[None]]
    reads: tuple[Topic, ...] = ()
    writes: tuple[Topic, ...] = ()
    needs_postgres: bool = False
    waits_for_kafka: bool = True
