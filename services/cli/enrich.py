"""``tocsin enrich``: the enrichers and the linker in process, no broker, no database."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import typer

from contracts.annotation import Annotation
from contracts.article import EnrichedArticle, RawArticle
from services.cli.errors import CommandError, WrongCommandLine
from services.cli.settings import load_settings
from services.registry import ENRICHERS, load
from services.runtime.dead_letters import said
from services.runtime.pool import Task, annotate, die_with_parent

if TYPE_CHECKING:
    from services.runtime.service import Enricher
    from services.runtime.settings import Settings

CHUNK = 8
AHEAD = 6
T = TypeVar("T")
R = TypeVar("R")

_models: list[tuple[Enricher, Any]] = []


@dataclass(frozen=True)
class Line:
    """A line of input: its number, from 1, and its JSON."""

    number: int
    value: bytes


@dataclass(frozen=True)
class Annotated:
    """An article with its annotations, or what is wrong with its line."""

    number: int
    article: RawArticle | None = None
    annotations: tuple[Annotation, ...] = ()
    problem: str | None = None


def load_models(settings: Settings) -> None:
    """Load every enricher's model into this process, once."""
    if not _models:
        enrichers = [cast("Enricher", load(name)) for name in ENRICHERS]
        _models.extend((enricher, enricher.load(settings)) for enricher in enrichers)


def loaded() -> list[tuple[Enricher, Any]]:
    """Return the enrichers that ``load_models`` has loaded into this process, each with its model."""
    return _models


def _start_worker(settings: Settings) -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    die_with_parent()
    load_models(settings)


def annotate_line(line: Line | Annotated, now_ms: int) -> Annotated:
    """Run every enricher over one line of JSON; what is known to be no article passes through."""
    if isinstance(line, Annotated):
        return line
    try:
        article = RawArticle.read(line.value, now_ms)
    except ValueError as error:
        return Annotated(line.number, problem=said(error))
    annotations = []
    for enricher, model in _models:
        result = annotate(enricher, model, Task(line.value, now_ms, 0, line.number))
        assert result.annotation is not None
        annotations.append(Annotation.from_json(result.annotation))
    return Annotated(line.number, article, tuple(annotations))


def annotate_lines(lines: list[Line | Annotated], now_ms: int) -> list[Annotated]:
    """Run every enricher over some lines."""
    return [annotate_line(line, now_ms) for line in lines]


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists of ``size``."""
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def in_order(pool: ProcessPoolExecutor, work: Callable[[T], R], items: Iterable[T], ahead: int) -> Iterator[R]:
    """Map over a pool in order with at most ``ahead`` items in flight, so that memory is bounded."""
    waiting: deque[Any] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def annotated(lines: Iterable[Line | Annotated], settings: Settings, workers: int) -> Iterator[Annotated]:
    """Run every enricher over all lines, in order, on ``workers`` processes."""
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if workers == 1:
        _start_worker(settings)
        for line in lines:
            yield annotate_line(line, now_ms)
        return
    with ProcessPoolExecutor(workers, initializer=_start_worker, initargs=(settings,), mp_context=_spawn()) as pool:
        for some in in_order(pool, partial(annotate_lines, now_ms=now_ms), chunks(lines, CHUNK), workers * AHEAD):
            yield from some


def _spawn() -> Any:  # noqa: ANN401 - the module's type is private
    import multiprocessing

    return multiprocessing.get_context("spawn")


def linker(*, linking: bool) -> Callable[[Annotated], EnrichedArticle]:
    """Return what turns an annotated article into an enriched one, with the incidents of this run or without any."""
    from services.incidents.enrich import enrich_in_memory
    from services.incidents.index import MemoryIndex

    index = MemoryIndex()
    return lambda one: enrich_in_memory(_article(one), one.annotations, index, datetime.now(UTC), linking=linking)


def _article(one: Annotated) -> RawArticle:
    assert one.article is not None
    return one.article


def _lines(source: IO[bytes]) -> Iterator[Line]:
    for number, value in enumerate(source, 1):
        if value.strip():
            yield Line(number, value)


@contextmanager
def _opened(path: str, mode: str) -> Iterator[IO[bytes]]:
    if path == "-":
        yield sys.stdout.buffer if "w" in mode else sys.stdin.buffer
        return
    try:
        with Path(path).open(mode) as file:
            yield file
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _files(paths: list[str]) -> Iterator[Line | Annotated]:
    from services.ingest.prepare import Rejection, prepare
    from services.ingest.readers import KNOWN, expand, read_file

    try:
        names = expand(paths)
    except FileNotFoundError as error:
        raise CommandError(f"nothing to read at {error}: no such file, or no {KNOWN} in it") from None
    found = (candidate for name in names for candidate in read_file(name))
    for number, candidate in enumerate(found, 1):
        data = candidate.data
        article = data if isinstance(data, Rejection) else prepare(data, arrived=datetime.now(UTC))
        if isinstance(article, Rejection):
            yield Annotated(number, problem=f"{candidate.origin}: {article}")
        else:
            yield Line(number, article.to_json())


def enrich(
    files: list[str] = typer.Argument(None, metavar="[FILE]...", help="Articles: .txt, .html, .json, .jsonl."),
    *,
    jsonl: str = typer.Option(None, "--jsonl", metavar="IN", help="JSON lines to read; - is standard input."),
    out: str = typer.Option("-", "--out", metavar="OUT", help="Where the JSON lines go; - is standard output."),
    explain: bool = typer.Option(
        False, "--explain", help="Print each article with every claim, weapon, place and date marked, and why."
    ),
    no_link: bool = typer.Option(False, "--no-link", help="Leave incidents out."),
    workers: int = typer.Option(0, "--workers", min=0, help="Processes; 0 is one for each core."),
) -> int:
    """Read articles and say what is in them: entities, places, weapons, casualties, incidents.

    With FILEs on a terminal: a readable report. Else JSON lines: in, one object a line with title and text, and
    optionally url, source, published_at, attributes; out, one EnrichedArticle a line in the same order. A bad line is
    reported with its number, the rest goes on, and the exit code is 1.

      tocsin enrich article.txt
      tocsin enrich article.txt --explain
      tocsin enrich --jsonl articles.jsonl --out enriched.jsonl
      cat articles.jsonl | tocsin enrich --jsonl - | jq .casualties
    """
    if files == ["-"]:
        files, jsonl = [], "-"
    if bool(files) == bool(jsonl):
        raise WrongCommandLine("give FILEs, or --jsonl IN; see `tocsin enrich --help`")
    if explain and out != "-":
        raise WrongCommandLine("--explain prints for a reader; leave --out away, or send the output to a file with >")
    settings = load_settings()
    count = workers or settings.worker_count()
    finish = linker(linking=not no_link)
    written = _writer(explain=explain, report=bool(files) and out == "-" and sys.stdout.isatty())
    if files:
        return _run(annotated(_files(files), settings, count), finish, out, written, what="article")
    with _opened(jsonl, "rb") as source:
        return _run(annotated(_progress(source), settings, count), finish, out, written, what="line")


def _writer(*, explain: bool, report: bool) -> Callable[[EnrichedArticle, IO[bytes]], object]:
    from services.cli.explain import explain as explained
    from services.cli.report import show

    if explain:
        return lambda article, _: explained(article)
    if report:
        return lambda article, _: show(article)
    return lambda article, target: target.write(article.to_json() + b"\n")


def _progress(source: IO[bytes]) -> Iterator[Line]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    if not sys.stderr.isatty():
        yield from _lines(source)
        return
    size = os.fstat(source.fileno()).st_size if source.seekable() else None
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("bytes"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=size)
        for line in _lines(source):
            yield line
            bar.advance(task, len(line.value))


def _run(
    items: Iterator[Annotated],
    finish: Callable[[Annotated], EnrichedArticle],
    out: str,
    write: Callable[[EnrichedArticle, IO[bytes]], object],
    *,
    what: str,
) -> int:
    bad = 0
    with _opened(out, "wb") as target:
        for one in items:
            if one.problem is not None:
                bad += 1
                typer.echo(f"{what} {one.number}: {one.problem}", err=True)
                continue
            failed = [a for a in one.annotations if a.status == "failed"]
            for annotation in failed:
                typer.echo(f"{what} {one.number}: {annotation.kind} failed: {annotation.error}", err=True)
            bad += bool(failed)
            try:
                enriched = finish(one)
            except Exception as error:  # noqa: BLE001 - one article must not end the others
                bad += 1
                typer.echo(f"{what} {one.number}: linking failed: {type(error).__name__}", err=True)
                continue
            write(enriched, target)
    return 1 if bad else 0
