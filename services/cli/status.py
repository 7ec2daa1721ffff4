"""``tocsin status``."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

import typer

from services.cli.settings import load_settings
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from services.runtime.lag import Lag
    from services.runtime.settings import Settings


async def _look(settings: Settings, seconds: float) -> tuple[list[Lag], dict[str, float]]:
    from services.lag.service import reads
    from services.runtime.lag import LagMeter

    async with LagMeter(settings, reads()) as meter:
        began, before = time.monotonic(), await meter.look()
        await asyncio.sleep(seconds)
        after = await meter.look()
        passed = time.monotonic() - began
    done: dict[str, float] = {}
    old = {(b.service, b.topic, b.partition): b.position for b in before}
    for lag in after:
        moved = max(0, lag.position - old.get((lag.service, lag.topic, lag.partition), lag.position))
        done[lag.service] = done.get(lag.service, 0.0) + moved / passed
    return after, done


def status(
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
    seconds: float = typer.Option(2.0, "--seconds", min=0.1, help="How long to watch for the throughput."),
) -> int:
    """Show how far every service is behind, in messages and in seconds, and how fast it goes.

    Reads Kafka only, so it works whether the services run or not. Exit code 1 if Kafka does not answer.
    """
    try:
        lags, speed = asyncio.run(_look(load_settings(), seconds))
    except Unavailable as error:
        raise Unavailable(f"{error}; is TOCSIN_KAFKA_BOOTSTRAP_SERVERS right?") from error
    rows = [
        {
            "service": service,
            "lag_messages": sum(lag.messages for lag in lags if lag.service == service),
            "lag_seconds": round(max((lag.seconds for lag in lags if lag.service == service), default=0.0), 1),
            "messages_per_second": round(speed[service], 1),
            "partitions": [
                {
                    "topic": g.topic,
                    "partition": g.partition,
                    "position": g.position,
                    "end": g.end,
                    "messages": g.messages,
                }
                for g in lags
                if g.service == service
            ],
        }
        for service in speed
    ]
    if as_json:
        typer.echo(json.dumps({"services": rows}))
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table("service", "waiting", "oldest", "messages/s")
        for row in rows:
            table.add_row(
                str(row["service"]),
                f"{row['lag_messages']:,}",
                f"{row['lag_seconds']} s",
                str(row["messages_per_second"]),
            )
        Console().print(table)
    else:
        for row in rows:
            typer.echo(f"{row['service']}\t{row['lag_messages']}\t{row['lag_seconds']}\t{row['messages_per_second']}")
    return 0
