"""python -m tests.benchmarks.linking: what it costs to link a mention, by the number of incidents in the index.

Two ledgers stand in one Postgres: a small one and a large one, grown at the same rate (so over fewer days), and, for
comparison, a small one over as many days as the large one. Cost is processor time of the linker and of its Postgres
together, so that what else runs on the machine does not count; cold, it is time on the clock. New mentions come to each in turn, in batches: half of them
tell of incidents of the last three days, a tenth of any older one, the rest of new ones.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from statistics import mean, median

import psycopg
from psycopg.conninfo import make_conninfo

from contracts.article import RawArticle
from services.cli.embedded import EmbeddedPostgres
from services.incidents.postgres import PostgresIndex, collect_rarely
from services.incidents.records import Mention
from services.runtime.migrate import migrate
from tests.benchmarks.__main__ import line
from tests.benchmarks.measure import Row, interleaved, speeds
from tests.benchmarks.neighbours import folder
from tests.benchmarks.world import World, article_of, fill

RECENT, OLDER = 0.5, 0.1
RECENT_DAYS = 3
Item = tuple[RawArticle, list[Mention]]


@dataclass
class Ledger:
    """A world in a database of its own, and the mentions that come to it."""

    name: str
    world: World
    dsn: str
    _next: int = field(default_factory=lambda: int(1e6 * time.time()))  # a ledger that was kept has seen others
    _dice: Random = field(default_factory=Random)

    def batch(self, count: int) -> list[Item]:
        """Return articles that have not come yet."""
        return [self._item() for _ in range(count)]

    def fresh(self) -> int:
        """Return a number that none was given before."""
        self._next += 1
        return self._next

    def _item(self) -> Item:
        self.fresh()
        kind, size = self._dice.random(), self.world.incidents
        if kind < RECENT + OLDER:
            reach = int(min(size, RECENT_DAYS * self.world.daily + 1)) if kind < RECENT else size
            mention = self.world.account(size - 1 - self._dice.randrange(reach), 100 + self._next)
        else:
            mention = self.world.fresh(self._next)
        return article_of(mention), [mention]


class Meter:
    """A linker, and what it takes: seconds of processor time of itself and of its Postgres, and seconds on the clock."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.wall = 0.0
        self._index = PostgresIndex(ledger.dsn)

    def link(self, items: list[Item]) -> float:
        """Link a batch; return processor time a mention."""
        began, before = time.perf_counter(), self._spent()
        try:
            self._index.link(items)
        finally:
            self._index.release()
        self.wall += time.perf_counter() - began
        return (self._spent() - before) / len(items)

    def _spent(self) -> float:
        connection = self._index._open()
        on_cpu = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text().split()[0]
        return time.process_time() + int(on_cpu) / 1e9

    def close(self) -> None:
        self._index.close()


class Server:
    """Postgres over one folder: databases by name, and a restart that leaves nothing in its memory."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._server = EmbeddedPostgres(where)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def restart(self) -> None:
        """Start again, with empty buffers, and the files out of the system's cache, too."""
        self._server.stop()
        os.sync()
        for path in self._where.rglob("*"):
            if path.is_file():
                file = os.open(path, os.O_RDONLY)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(file)
        self._server.start()

    def ledger(self, world: World, processes: int) -> Ledger:
        """Fill a database, unless an earlier run left it."""
        name = f"ledger_{world.incidents}_{world.days}"
        making, dsn = (make_conninfo(self._server.dsn, dbname=each) for each in (f"{name}_unfinished", name))
        began = time.monotonic()
        with psycopg.connect(self._server.dsn, autocommit=True) as admin:
            if admin.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
                admin.execute(f"DROP DATABASE IF EXISTS {name}_unfinished")
                admin.execute(f"CREATE DATABASE {name}_unfinished")
                migrate(making, "services.incidents.migrations", "tocsin_linker")
                with psycopg.connect(making, autocommit=True) as connection:
                    fill(connection, world, processes)
                admin.execute(f"ALTER DATABASE {name}_unfinished RENAME TO {name}")
        migrate(dsn, "services.incidents.migrations", "tocsin_linker")
        with psycopg.connect(dsn, autocommit=True) as connection:
            (size,) = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or (
                "",
            )
        print(
            f"{world.incidents:,} incidents over {world.days:,} days: {size}, {time.monotonic() - began:.0f} s",
            file=sys.stderr,
        )
        return Ledger(name, world, dsn)


@contextmanager
def server(keep: Path | None) -> Iterator[Server]:
    with folder() as made:
        running = Server((keep or made) / "postgres")
        running.start()
        try:
            yield running
        finally:
            running.stop()


def cold(running: Server, ledgers: list[Ledger], count: int) -> Iterator[Row]:
    """Measure single mentions on the clock, each ledger's first after a restart, with a fresh linker."""
    found = []
    for ledger in ledgers:
        running.restart()
        with closing(Meter(ledger)) as meter:
            some = []
            for _ in range(count):
                meter.wall = 0.0
                meter.link(ledger.batch(1))
                some.append(meter.wall)
        found.append(some)
    yield from compared(f"cold, the first {count} on the clock", ledgers, found)


def compared(what: str, ledgers: list[Ledger], costs: list[list[float]]) -> Iterator[Row]:
    """Compare the large ledger, the second, with the small ones."""
    detail = speeds("µs a mention", **{x.name: [1e6 * c for c in some] for x, some in zip(ledgers, costs, strict=True)})
    many = ledgers[1].world.incidents
    for ledger, some in zip(ledgers[::2], costs[::2], strict=True):
        name = f"{what}: {many:,} / {ledger.world.incidents:,} over {ledger.world.days:,} days"
        yield Row(name, median(costs[1]) / median(some), at_most=1.5, detail=detail)
        detail = ""


def warm(ledgers: list[Ledger], batch: int, rounds: int) -> Iterator[Row]:
    """Measure batches and single mentions on connections that have seen some already."""
    with ExitStack() as stack:
        meters = [stack.enter_context(closing(Meter(ledger))) for ledger in ledgers]

        def contenders(size: int) -> list[Callable[[], float]]:
            return [partial(lambda m: m.link(m.ledger.batch(size)), meter) for meter in meters]

        interleaved(rounds, *contenders(batch))
        before = resident()
        meters[1].wall = 0.0
        costs = interleaved(rounds, *contenders(batch))
        wall = meters[1].wall / rounds / batch
        yield from compared(f"batches of {batch}", ledgers, costs)
        name = f"mentions/s of a core, {ledgers[1].world.incidents:,} incidents"
        yield Row(name, 1 / mean(costs[1]), at_least=100, detail=f"on the clock, whatever else ran: {1 / wall:,.0f}")
        alone = interleaved(batch * rounds, *contenders(1))
        yield from compared("one at a time", ledgers, alone)
        yield from compared("the dearest tenth of these", ledgers, [sorted(some)[-len(some) // 10 :] for some in alone])
        yield Row("memory of the linker, grown meanwhile", resident() - before, "MB", at_most=50)


def resident() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def crowded(ledger: Ledger, accounts: int) -> Iterator[Row]:
    """Tell of one incident again and again, and compare what an account more costs early and late."""
    costs = []
    with closing(Meter(ledger)) as meter:
        number = ledger.world.incidents + ledger.fresh()
        for n in range(accounts):
            mention = ledger.world.account(number, n)
            costs.append(meter.link([(article_of(mention), [mention])]))
    early, late = costs[accounts // 10 : accounts // 5], costs[-accounts // 10 :]
    name = f"an account more of an incident with {accounts:,} / {accounts // 10:,}"
    yield Row(
        name,
        mean(late) / mean(early),
        at_most=2,
        detail=speeds("µs", late=[1e6 * c for c in late], early=[1e6 * c for c in early]),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.linking", description=__doc__)
    parser.add_argument("--incidents", type=int, default=1_000_000, metavar="N", help="size of the large ledger")
    parser.add_argument("--few", type=int, default=10_000, metavar="N", help="size of the small one")
    parser.add_argument("--days", type=int, default=3650, metavar="N", help="days of the large ledger")
    parser.add_argument("--batch", type=int, default=50, metavar="N", help="mentions in a batch")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="batches that each ledger is given")
    parser.add_argument("--cold", type=int, default=100, metavar="N", help="mentions after a restart; 0 for none")
    parser.add_argument(
        "--accounts", type=int, default=1000, metavar="N", help="accounts of the incident with the most"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the ledgers stay for the next run")
    given = parser.parse_args()
    processes = len(os.sched_getaffinity(0))
    days = max(1, given.days * given.few // given.incidents)
    collect_rarely()  # as the service does
    worlds = [World(given.few, days), World(given.incidents, given.days), World(given.few, given.days)]
    with server(given.keep) as running:
        ledgers = [running.ledger(world, processes) for world in worlds]
        print(f"{'benchmark':<58} {'figure':>16}  {'goal':<7} {'met':<4} from", flush=True)
        for row in chain(
            warm(ledgers, given.batch, given.rounds),
            crowded(ledgers[0], given.accounts),
            cold(running, ledgers, given.cold) if given.cold else (),
        ):
            print(line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
