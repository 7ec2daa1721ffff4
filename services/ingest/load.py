"""Loading: what readers find, checked and published batch by batch, with a tally of what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from contracts.article import RawArticle
from services.ingest.prepare import Novelty, Rejection, prepare
from services.ingest.publish import Publish, acknowledged
from services.ingest.readers import STDIN, Candidate, read_file

BATCH_ARTICLES = 500
BATCH_BYTES = 4_000_000


@dataclass
class Tally:
    """What became of the candidates: how many were accepted or known already, and why each other one was rejected."""

    accepted: int = 0
    duplicate: int = 0
    rejected: list[str] = field(default_factory=list)


def read_all(names: Iterable[str], stdin: Callable[[], Iterator[Candidate]]) -> Iterator[Candidate]:
    """Read files and, where a name is "-", standard input."""
    return chain.from_iterable(stdin() if name == STDIN else read_file(name) for name in names)


async def load(
    candidates: Iterator[Candidate], publish: Publish, tally: Tally, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Publish the articles among the candidates, keeping the tally; ``progress`` is told the bytes that are done.

    Raises ``Unavailable``: the tally then says what was acknowledged before.
    """
    novelty = Novelty()
    while batch := await asyncio.to_thread(_take, candidates):
        articles = [article for _, article in batch if isinstance(article, RawArticle)]
        fresh = [a for a, is_new in zip(articles, novelty.sift(articles), strict=True) if is_new]
        await acknowledged(publish, fresh)
        tally.accepted += len(fresh)
        tally.duplicate += len(articles) - len(fresh)
        tally.rejected += [f"{c.origin}: {found}" for c, found in batch if isinstance(found, Rejection)]
        progress(sum(candidate.size for candidate, _ in batch))


def _take(candidates: Iterator[Candidate]) -> list[tuple[Candidate, RawArticle | Rejection]]:
    batch, size = [], 0
    for candidate in candidates:
        batch.append((candidate, prepare(candidate.data, arrived=datetime.now(UTC))))
        size += candidate.size
        if len(batch) >= BATCH_ARTICLES or size >= BATCH_BYTES:
            break
    return batch
