"""The lag meter: one process that measures every consumer group and shows it on its /metrics."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from contracts.topics import STREAM
from services.runtime import metrics
from services.runtime.lag import LagMeter
from services.runtime.service import Loop, Unavailable

if TYPE_CHECKING:
    from services.runtime.service import Context
    from services.runtime.settings import Settings

log = structlog.get_logger()
SECONDS = 5.0


def reads() -> dict[str, list[str]]:
    """List the topics that each service reads."""
    found: dict[str, list[str]] = {}
    for topic in STREAM:
        for service in topic.readers:
            if " " not in service:
                found.setdefault(service, []).append(topic.full_name)
    return found


async def run(settings: Settings, context: Context) -> None:
    """Measure every few seconds until told to stop."""
    answers = asyncio.Event()
    context.pings["kafka"] = answers.is_set
    while not context.stop.is_set():
        try:
            async with LagMeter(settings, reads()) as meter:
                while not context.stop.is_set():
                    for lag in await meter.look():
                        labels = (lag.service, lag.topic, str(lag.partition))
                        metrics.LAG_MESSAGES.labels(*labels).set(lag.messages)
                        metrics.LAG_SECONDS.labels(*labels).set(lag.seconds)
                    answers.set()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(context.stop.wait(), SECONDS)
        except Unavailable as error:
            answers.clear()
            log.warning("waiting for Kafka", reason=str(error))
            await asyncio.sleep(1)


SERVICE = Loop("lag", run=run, waits_for_kafka=False)  # which leaves the producer, of no use here, unconnected
