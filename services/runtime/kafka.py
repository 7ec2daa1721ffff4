"""Clients of Kafka, configured once: security, acknowledgement, sizes, and waiting for a broker that is away."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from contracts.topics import ANNOTATIONS, MAX_DEAD_LETTER_BYTES, RAW, Topic, all_topics
from services.runtime.service import Output, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.runtime.settings import Settings

log = structlog.get_logger()
TOPIC_ALREADY_EXISTS = 36
_SENDS_IN_FLIGHT = 2000
_OVERHEAD = 1024


def client_options(settings: Settings) -> dict[str, Any]:
    """Return what every aiokafka client is given: addresses, TLS, SASL."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = ssl_context(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        password = settings.kafka_sasl_password
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": password.get_secret_value() if password else None,
        }
    return options


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """Build the TLS context: verified against ``kafka_ssl_cafile``, with a client certificate where one is given."""
    context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile)
    if settings.kafka_ssl_certfile:
        password = settings.kafka_ssl_password
        context.load_cert_chain(
            settings.kafka_ssl_certfile,
            settings.kafka_ssl_keyfile,
            password.get_secret_value() if password else None,
        )
    return context


def producer(settings: Settings, name: str) -> AIOKafkaProducer:
    """Build a producer: idempotent, acknowledged by all in-sync replicas, in batches of 256 KB."""
    return AIOKafkaProducer(
        **client_options(settings),
        client_id=f"tocsin-{name}",
        acks="all",
        enable_idempotence=True,
        max_batch_size=262_144,
        max_request_size=MAX_DEAD_LETTER_BYTES,
        request_timeout_ms=10_000,
    )


def lone_consumer(settings: Settings) -> AIOKafkaConsumer:
    """Build a consumer without a group, for looking at the log."""
    return AIOKafkaConsumer(**client_options(settings), enable_auto_commit=False, auto_offset_reset="earliest")


async def publish(kafka: AIOKafkaProducer, outputs: Sequence[Output]) -> None:
    """Send all and return when all are acknowledged.

    Raises a ``KafkaError`` that is the record's own fault (too large) as it is, any other one as ``Unavailable``.
    """
    try:
        for first in range(0, len(outputs), _SENDS_IN_FLIGHT):
            sent = [
                await kafka.send(
                    o.topic.full_name,
                    o.value,
                    key=o.key.encode("utf-8", "surrogatepass"),
                    partition=o.partition,
                    headers=list(o.headers),
                )
                for o in outputs[first : first + _SENDS_IN_FLIGHT]
            ]
            await asyncio.gather(*sent)
    except KafkaError as error:
        if permanent(error):
            raise
        raise Unavailable(f"Kafka: {error!r}") from error


def permanent(error: BaseException) -> bool:
    """Tell whether a Kafka error comes from the record itself, so that trying again can't help."""
    return type(error).__name__ in {
        "MessageSizeTooLargeError",
        "RecordListTooLargeError",
        "InvalidMessageError",
        "InvalidRecordError",
    }


def no_answer(settings: Settings) -> Unavailable:
    """Say that no broker could be reached; aiokafka tells a refusal of user or certificate in its log alone."""
    where = f"no Kafka broker answers at {settings.kafka_bootstrap_servers}"
    if settings.kafka_security_protocol == "PLAINTEXT":
        return Unavailable(f"{where}; TOCSIN_KAFKA_BOOTSTRAP_SERVERS says where")
    return Unavailable(
        f"{where}, or it refuses this user or certificate (the log says which); TOCSIN_KAFKA_BOOTSTRAP_SERVERS says "
        "where, TOCSIN_KAFKA_SASL_* and TOCSIN_KAFKA_SSL_* say who"
    )


@asynccontextmanager
async def admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Open an admin client, and close it. Raises ``Unavailable`` where no broker answers."""
    client = AIOKafkaAdminClient(**client_options(settings), request_timeout_ms=10_000)
    try:
        try:
            await client.start()
        except (KafkaError, OSError) as error:
            raise no_answer(settings) from error
        yield client
    finally:
        await client.close()


async def create_topics(settings: Settings, topics: Sequence[Topic] | None = None) -> dict[str, str]:
    """Create the topics that are missing.

    Returns ``created`` or ``exists`` by full name. Raises ``KafkaError`` where a broker refuses, ``Unavailable``.
    """
    wanted = all_topics() if topics is None else topics
    new = [
        NewTopic(
            topic.full_name,
            topic.partitions or settings.kafka_partitions,
            settings.kafka_replication_factor,
            topic_configs=topic.settings() | {"min.insync.replicas": str(settings.kafka_min_insync_replicas)},
        )
        for topic in wanted
    ]
    made: dict[str, str] = {}
    async with admin(settings) as client:
        response = await client.create_topics(new)
    for name, code, *message in response.topic_errors:
        if code not in (0, TOPIC_ALREADY_EXISTS):
            raise for_code(code)(f"{name}: {message[0] if message else ''}")
        made[name] = "exists" if code else "created"
    return made


async def partitions(settings: Settings, topics: Sequence[str]) -> dict[str, int]:
    """Count the partitions of those of the topics that exist. Raises ``Unavailable``."""
    async with admin(settings) as client:
        try:
            described = await client.describe_topics(list(topics))
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error
    return {t["topic"]: len(t["partitions"]) for t in described if not t["error_code"]}


def _unfit(names: Sequence[str], counts: dict[str, int]) -> str | None:
    """Say what is wrong with the topics that were found, None if nothing is."""
    if missing := sorted(set(names) - counts.keys()):
        return f"topics are missing: {', '.join(missing)}; `tocsin topics create` makes them"
    joined = {name: counts[name] for name in names if name in (RAW.full_name, ANNOTATIONS.full_name)}
    if len(set(joined.values())) > 1:
        return f"these topics must have the same number of partitions: {joined}"
    return None


async def wait_for_topics(settings: Settings, topics: Sequence[Topic], stop: asyncio.Event) -> bool:
    """Wait, without limit, until a broker answers and has all the topics; False when told to stop before.

    Says every ten seconds what it waits for.
    """
    names, attempt = [t.full_name for t in topics], 0
    while not stop.is_set():
        try:
            counts = await partitions(settings, names)
            reason = _unfit(names, counts)
            if reason is None:
                return True
        except Unavailable as error:
            reason = str(error)
        if attempt % 10 == 0:
            log.warning("waiting for Kafka", reason=reason)
        attempt += 1
        try:
            await asyncio.wait_for(stop.wait(), 1.0)
        except TimeoutError:
            continue
    return False
