"""``tocsin ingest``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.errors import CommandError
from services.cli.settings import load_settings

if TYPE_CHECKING:
    from contracts.article import RawArticle
    from services.ingest.load import Tally
    from services.runtime.settings import Settings


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, directories, glob patterns; - is standard input.", show_default=False
        ),
    ],
) -> None:
    """Put articles on the stream, and return when Kafka has acknowledged them all.

    .txt (the first line is the title; a .jsonl file beside it may give its url, source, language and published_at, on a
    line whose attributes.key is the file's name), .json (one object, or a list of them), .jsonl and .ndjson (one object
    a line), .html (the article is found in the page). Objects have title and text, and optionally url, source,
    language, published_at and attributes. Standard input may be any of these.

    \b
      tocsin ingest article.txt
      tocsin ingest news/ 'archive/2024-*/**/*.html'
      zcat articles.jsonl.gz | tocsin ingest -

    The same article again is a duplicate, an edited one replaces the one before. The exit code is 1 if anything was
    rejected; each rejection is named with its reason on standard error.
    """  # noqa: D301 - click reads the \b
    from services.ingest.load import Tally
    from services.ingest.readers import KNOWN, STDIN, expand
    from services.runtime.service import Unavailable

    try:
        names = expand(paths)
    except FileNotFoundError as error:
        raise CommandError(f"nothing to ingest at {error}: no such file, or no {KNOWN} in it") from None
    settings, tally = load_settings(), Tally()
    size = None if STDIN in names else sum(Path(name).stat().st_size for name in names)
    try:
        asyncio.run(_ingest(names, size, settings, tally))
    except Unavailable as error:
        raise CommandError(
            f"{error}; {tally.accepted} articles were accepted before. Check TOCSIN_KAFKA_BOOTSTRAP_SERVERS and run "
            "the command again: what has arrived already does no harm"
        ) from error
    for reason in tally.rejected:
        typer.echo(f"rejected: {reason}", err=True)
    typer.echo(f"accepted {tally.accepted}, duplicate {tally.duplicate}, rejected {len(tally.rejected)}")
    if tally.rejected:
        raise typer.Exit(1)


async def _ingest(names: Sequence[str], size: int | None, settings: Settings, tally: Tally) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from contracts.topics import RAW
    from services.ingest.load import load, read_all
    from services.ingest.publish import outputs
    from services.ingest.readers import read_stdin
    from services.runtime import kafka

    if not await kafka.partitions(settings, [RAW.full_name]):
        raise CommandError(f"the topic {RAW.full_name} is missing; `tocsin topics create` makes it")
    producer = kafka.producer(settings, "ingest-cli")

    async def publish(articles: Sequence[RawArticle]) -> None:
        await kafka.publish(producer, outputs(articles))

    console = Console(stderr=True)
    columns = (TextColumn("ingesting"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    await producer.start()
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=size)
            candidates = read_all(names, partial(read_stdin, sys.stdin.buffer))
            await load(candidates, publish, tally, lambda done: bar.advance(task, done))
    finally:
        await producer.stop()
