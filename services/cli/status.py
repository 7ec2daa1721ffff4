"""``tocsin status``."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from services.cli.settings import load_settings
from services.runtime.service import Unavailable

COLUMNS = ("service", "waiting_messages", "oldest_seconds", "messages_per_second")

if TYPE_CHECKING:
    from rich.table import Table

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
    as_json: bool = typer.Option(False, "--json", help="One JSON object; with --watch, one a line."),
    seconds: float = typer.Option(2.0, "--seconds", min=0.1, help="How long to watch for the throughput."),
    watch: bool = typer.Option(False, "--watch", help="Show it again and again, until Ctrl-C."),
) -> int:
    """Show how far every service is behind, in messages and in seconds, and how fast it goes.

    Reads Kafka only, so it works whether the services run or not. In a pipe it prints a line of headings (with --watch
    once), then a line for each service, with tabs between. Exit code 1 if Kafka does not answer; with --watch that is
    said, and asked again.
    """
    settings = load_settings()
    if not watch:
        rows = asyncio.run(_once(settings, seconds))
        _head(as_json=as_json)
        _print(rows, as_json=as_json)
        return 0
    asyncio.run(until_interrupted(_watch(settings, seconds, as_json=as_json)))
    return 0


async def _once(settings: Settings, seconds: float) -> list[dict[str, Any]]:
    return _rows(*await _look(settings, seconds))


async def until_interrupted(work: Coroutine[Any, Any, None]) -> None:
    """Await it until Ctrl-C: a client of Kafka may swallow the one cancellation that ``asyncio.run`` makes of that."""
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    task, told = asyncio.ensure_future(work), asyncio.ensure_future(interrupted.wait())
    await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1.0)
    told.cancel()
    if not task.cancelled():
        task.result()


async def _watch(settings: Settings, seconds: float, *, as_json: bool) -> None:
    """Show the figures until cancelled, in place on a terminal."""
    if as_json or not sys.stdout.isatty():
        _head(as_json=as_json)
        while True:
            try:
                _print(await _once(settings, seconds), as_json=as_json)
            except Unavailable as error:
                typer.echo(f"tocsin: {error}", err=True)
                await asyncio.sleep(seconds)
    from rich.live import Live

    with Live(auto_refresh=False) as live:
        while True:
            try:
                live.update(_table(await _once(settings, seconds), f"{datetime.now(UTC):%F %T} UTC"), refresh=True)
            except Unavailable as error:
                live.update(f"{error}", refresh=True)
                await asyncio.sleep(seconds)


def _rows(lags: list[Lag], speed: dict[str, float]) -> list[dict[str, Any]]:
    return [
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


def _head(*, as_json: bool) -> None:
    if not as_json and not sys.stdout.isatty():
        typer.echo("\t".join(COLUMNS))


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"services": rows}))
    elif sys.stdout.isatty():
        from rich.console import Console

        Console().print(_table(rows))
    else:
        for row in rows:
            typer.echo(f"{row['service']}\t{row['lag_messages']}\t{row['lag_seconds']}\t{row['messages_per_second']}")
    sys.stdout.flush()


def _table(rows: list[dict[str, Any]], caption: str | None = None) -> Table:
    from rich.table import Table

    table = Table("service", "waiting", "oldest", "messages/s", caption=caption)
    for row in rows:
        waiting, oldest = f"{row['lag_messages']:,}", f"{row['lag_seconds']} s"
        table.add_row(str(row["service"]), waiting, oldest, str(row["messages_per_second"]))
    return table
