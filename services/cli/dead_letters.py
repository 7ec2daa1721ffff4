"""``tocsin dead-letters``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from contracts.dead_letter import HEADER_PREFIX, DeadLetter
from contracts.topics import READER_SERVICES
from contracts.topics import dead_letters as topic_of
from services.cli.errors import CommandError, WrongCommandLine
from services.cli.settings import load_settings
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.runtime.settings import Settings

REPLAY_GROUP = "tocsin.dead-letters.{name}.replay"
QUOTE_BYTES = 300


async def letters(settings: Settings, name: str, *, group: str | None = None) -> AsyncIterator[tuple[Any, Any]]:
    """Yield each dead letter of a service, up to the end as it is now, with the consumer that read it.

    With ``group``, only those after what the group has committed.
    """
    from aiokafka import AIOKafkaConsumer

    from services.runtime.kafka import client_options

    topic = topic_of(name).full_name
    consumer = AIOKafkaConsumer(
        **client_options(settings), group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        partitions = [TopicPartition(topic, p) for p in await _partitions(settings, topic)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, ()):
                    if record.offset < ends[partition]:
                        yield record, consumer
    except (KafkaError, OSError) as error:
        raise Unavailable(
            f"no Kafka broker answers at {settings.kafka_bootstrap_servers} ({error!r}); "
            "TOCSIN_KAFKA_BOOTSTRAP_SERVERS says where"
        ) from error
    finally:
        await consumer.stop()


async def _partitions(settings: Settings, topic: str) -> range:
    from services.runtime.kafka import partitions

    known = await partitions(settings, [topic])
    if topic not in known:
        raise CommandError(f"there is no topic {topic}; `tocsin topics create` makes it")
    return range(known[topic])


def _said(record: Any) -> str:  # noqa: ANN401 - aiokafka's record is untyped
    try:
        letter = DeadLetter.from_headers(record.headers)
    except ValidationError:
        return f"{record.offset}: not written by Tocsin ({len(record.value or b'')} bytes)"
    return (
        f"{record.offset}: {letter.reason} · {letter.topic}/{letter.partition}@{letter.offset} · "
        f"{letter.failed_at:%F %T} · {letter.exception}: {letter.message}\n    {(record.value or b'')[:QUOTE_BYTES]!r}"
    )


async def _show(settings: Settings, name: str, most: int) -> int:
    kept: list[str] = []
    count = 0
    async for record, _ in letters(settings, name):
        count += 1
        kept = [*kept, _said(record)][-most:] if most else []
    for line in kept:
        typer.echo(line)
    return count


async def _replay(settings: Settings, name: str) -> int:
    from services.runtime.kafka import producer

    kafka = producer(settings, "replay")
    count = 0
    await kafka.start()
    try:
        async for record, consumer in letters(settings, name, group=REPLAY_GROUP.format(name=name)):
            try:
                letter = DeadLetter.from_headers(record.headers)
            except ValidationError:
                typer.echo(f"passed over: {_said(record)}", err=True)
                continue
            kept = [(k, v) for k, v in record.headers if not k.startswith(HEADER_PREFIX)]
            key = bytes.fromhex(letter.key) if letter.key is not None else None
            await kafka.send_and_wait(
                letter.topic, record.value, key=key, headers=kept, timestamp_ms=int(letter.timestamp.timestamp() * 1000)
            )
            await consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})
            count += 1
    finally:
        await kafka.stop()
    return count


def dead_letters(
    name: str = typer.Argument(help=f"A service: {', '.join(READER_SERVICES)}."),
    show: int = typer.Option(None, "--show", metavar="N", min=1, help="Print the last N with their reasons."),
    count: bool = typer.Option(False, "--count", help="Print how many there are."),
    replay: bool = typer.Option(
        False, "--replay", help="Put those not replayed before back on the topics they came from."
    ),
) -> int:
    """Look at the messages that a service put aside, or try them again after a fix.

    A bad record of articles.raw is put aside once, by the assembler. A replay writes the original bytes, key, headers
    and timestamp to the original topic; what has been replayed is remembered, so that it happens once.
    """
    if name not in READER_SERVICES:
        raise WrongCommandLine(
            f"no service with dead letters is called {name!r}; there are: {', '.join(READER_SERVICES)}"
        )
    settings = load_settings()
    if replay:
        typer.echo(f"{asyncio.run(_replay(settings, name))} replayed")
        return 0
    total = asyncio.run(_show(settings, name, 0 if count else show or 10))
    typer.echo(f"{total}" if count else f"{total} dead letters of {name}")
    return 0
