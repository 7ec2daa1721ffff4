"""Memory of every service, with its worker processes, early and ten times later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.measure import Row, Size
from tests.benchmarks.neighbours import neighbours, running, stored
from tests.support.articles import articles

FIRST, LAST = 2.5, 25  # times the articles of the pipeline's round


def family(pid: int) -> Iterator[int]:
    """Yield a process and what it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def megabytes(pid: int) -> float:
    """Return the resident memory of a process and what it started."""
    resident = 0
    for each in family(pid):
        status = Path(f"/proc/{each}/status").read_text()
        resident += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return resident / 1024


def bench(size: Size) -> Iterator[Row]:
    counts = [0, int(size.articles * FIRST), size.articles * LAST]
    every = list(articles(counts[-1]))
    looks: list[dict[str, float]] = []
    with neighbours(TOCSIN_WORKERS=str(size.cores)) as stream, running(stream, every[:1]):
        for before, after in pairwise(counts):
            # In portions of one size: what waits for the slowest enricher takes memory, too.
            for first in range(max(1, before), after, counts[1]):
                stored(stream, every[first : min(first + counts[1], after)])
            looks.append({name: megabytes(p.popen.pid) for name, p in stream.processes.items()})
    for name, early in looks[0].items():
        late = looks[1][name]
        detail = f"{early:.0f} → {late:.0f} MB after {counts[1]:,} and {counts[2]:,} articles"
        yield Row(f"memory of {name}, later / early", late / early, at_most=1.1, detail=detail)
