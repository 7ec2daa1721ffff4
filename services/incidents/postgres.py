"""The index of incidents in Postgres: what many replicas of the linker share.

A batch is decided under session-level advisory locks, in one transaction, on the slice of the index that it needs.
First come the locks of the blocks, days, traces and articles that the batch touches, then those of the incidents that
it may change, each in ascending order, so that two replicas never wait for each other in a circle. Whoever files an
incident under a block or a trace holds that one's lock, so the candidates found under the first locks can't change. The
locks are held until ``release``: the caller publishes first, so the newest state of an incident is published last.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import psycopg

from contracts.article import RawArticle
from contracts.incidents import Incident
from services.incidents.index import (
    COMMON_KEY,
    LONGEST_STAY,
    SLACK_DAYS,
    Ledger,
    Linked,
    MemoryIndex,
    days_of,
    link,
)
from services.incidents.link import COMMON, Profile, finds, keys_of
from services.incidents.records import Mention, Version, blocks_near, blocks_of

STRIPES = 512  # locks a session can hold at most in each class: they live in a shared table of fixed size
BLOCKS, INCIDENTS = 0x70C5, 0x70C6
BUCKET_DAYS = 16
LOCK_TIMEOUT = "5s"
NO_DAY = date(1, 1, 1)
Item = tuple[RawArticle, Sequence[Mention]]


@dataclass(slots=True)
class Decided:
    """What became of a batch: one ``Linked`` an article, and the state of all incidents that they touched."""

    linked: list[Linked] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)


class PostgresIndex:
    """One replica's way to the shared index: a batch at a time; ``release`` waits for a ``link`` in another thread."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection | None = None
        self._busy = threading.Lock()

    def link(self, items: Sequence[Item]) -> Decided:
        """Link a batch in one transaction; its locks stay held until ``release``.

        Raises ``psycopg.Error``; nothing is stored then.
        """
        with self._busy:
            return self._link(items)

    def _link(self, items: Sequence[Item]) -> Decided:
        connection = self._open()
        _lock(connection, BLOCKS, {s for article, mentions in items for s in _stripes(article, mentions)})
        locked: set[str] = set()
        while True:
            with connection.transaction():
                slice_, needed = _load(connection, items)
                if needed <= locked:
                    decided = _decide(slice_, items)
                    _store(connection, slice_)
                    return decided
            _unlock(connection, INCIDENTS, locked)
            locked |= needed
            _lock(connection, INCIDENTS, {_stripe(i) for i in locked})

    def release(self) -> None:
        """Give all locks up; a connection that broke has given them up already."""
        with self._busy:
            connection = self._connection
            if connection is None or connection.closed or connection.broken:
                return
            try:
                connection.execute("SELECT pg_advisory_unlock_all()")
            except psycopg.Error:
                connection.close()

    def close(self) -> None:
        """Close the connection."""
        with self._busy:
            if self._connection is not None:
                self._connection.close()

    def _open(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
            self._connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
        return self._connection


def _stripe(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) % STRIPES


def _stripes(article: RawArticle, mentions: Iterable[Mention]) -> set[int]:
    names = {f"article:{article.article_id}"}
    for mention in mentions:
        names.update(f"trace:{key}" for key in keys_of(mention))
        for first, last in days_of(mention) or ((NO_DAY, NO_DAY),):
            low, high = first.toordinal() - SLACK_DAYS, last.toordinal() + SLACK_DAYS
            for bucket in range(low // BUCKET_DAYS, high // BUCKET_DAYS + 1):
                names.update(
                    f"{block}:{bucket}"
                    for place in mention.spots()
                    for block in (*blocks_near(place), *blocks_of(place))
                )
    return {_stripe(name) for name in names}


def _lock(connection: psycopg.Connection, kind: int, stripes: set[int]) -> None:
    connection.execute(
        "SELECT pg_advisory_lock(%s, stripe) FROM unnest(%s::int[]) AS t(stripe)", (kind, sorted(stripes))
    )


def _unlock(connection: psycopg.Connection, kind: int, incident_ids: set[str]) -> None:
    stripes = sorted({_stripe(i) for i in incident_ids})
    if stripes:
        connection.execute("SELECT pg_advisory_unlock(%s, stripe) FROM unnest(%s::int[]) AS t(stripe)", (kind, stripes))


def _load(connection: psycopg.Connection, items: Sequence[Item]) -> tuple[MemoryIndex, set[str]]:
    """Load the slice of the index that a batch needs; return it and the incidents in it."""
    mentions = [m for _, told in items for m in told]

    def fetch(incident_id: str) -> list[Mention]:
        rows = connection.execute("SELECT record FROM tocsin_linker.mentions WHERE incident_id = %s", (incident_id,))
        return [Mention.from_json(row[0]) for row in rows]

    counted, keyed = _traces(connection, mentions)
    index = MemoryIndex(fetch, counted)
    rows = connection.execute(
        "SELECT record FROM tocsin_linker.articles WHERE article_id = ANY(%s)", ([a.article_id for a, _ in items],)
    ).fetchall()
    for version in (Version.from_json(row[0]) for row in rows):
        index.versions[version.article_id] = version
    filed = _whereabouts(connection, mentions)
    wanted = {i for _, _, _, i in filed} | {i for _, i in keyed}
    for version in index.versions.values():
        wanted |= set(version.touched) | {x.incident_id for x in version.links}
    _load_ledgers(connection, index, wanted)
    for block, first, last, incident_id in filed:
        undated = first == NO_DAY
        index.place(incident_id, block, None if undated else first, None if undated else last)
    for key, incident_id in keyed:
        index.key(incident_id, key)
    return index, set(index.ledgers)


def _traces(
    connection: psycopg.Connection, mentions: Sequence[Mention]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return how many incidents share each trace of these mentions, and which share the rare ones."""
    rows = connection.execute(
        "SELECT key, (SELECT count(*) FROM (SELECT FROM tocsin_linker.traces t WHERE t.key = k.key LIMIT %s) AS seen)"
        " FROM unnest(%s::text[]) AS k(key)",
        (COMMON, sorted({key for m in mentions for key in keys_of(m)})),
    ).fetchall()
    counted = {key: count for key, count in rows if count}
    rare = sorted({key for m in mentions for key in keys_of(m) if finds(key) and 0 < counted.get(key, 0) <= COMMON_KEY})
    found = connection.execute("SELECT key, incident_id FROM tocsin_linker.traces WHERE key = ANY(%s)", (rare,))
    return counted, [(key, str(incident_id)) for key, incident_id in found]


def _whereabouts(connection: psycopg.Connection, mentions: Sequence[Mention]) -> list[tuple[str, date, date, str]]:
    windows: dict[tuple[str, date], date] = {}
    for mention in mentions:
        for first, last in days_of(mention) or ((NO_DAY, NO_DAY),):
            low, high = (first, last) if first == NO_DAY else (_shift(first, -SLACK_DAYS), _shift(last, SLACK_DAYS))
            for block in {b for place in mention.spots() for b in blocks_near(place)}:
                windows[block, low] = max(high, windows.get((block, low), high))
    keys = sorted(windows)
    rows = connection.execute(
        "SELECT DISTINCT w.block, w.first_day, w.last_day, w.incident_id"
        " FROM unnest(%s::text[], %s::date[], %s::date[], %s::date[]) AS q(block, earliest, low, high)"
        " JOIN tocsin_linker.whereabouts w ON w.block = q.block"
        " AND w.first_day BETWEEN q.earliest AND q.high AND w.last_day >= q.low",
        (
            [block for block, _ in keys],
            [low if low == NO_DAY else _shift(low, -LONGEST_STAY) for _, low in keys],
            [low for _, low in keys],
            [windows[key] for key in keys],
        ),
    )
    return [(block, first, last, str(incident_id)) for block, first, last, incident_id in rows]


def _shift(day: date, days: int) -> date:
    return date.fromordinal(min(date.max.toordinal(), max(2, day.toordinal() + days)))


def _load_ledgers(connection: psycopg.Connection, index: MemoryIndex, wanted: set[str]) -> None:
    """Load incidents, those that they were merged into, and those that were merged into them."""
    missing = set(wanted)
    while missing:
        rows = connection.execute(
            "SELECT founded_at, record, profile FROM tocsin_linker.incidents"
            " WHERE incident_id = ANY(%(ids)s::uuid[]) OR merged_into = ANY(%(ids)s::uuid[])",
            {"ids": [UUID(i) for i in sorted(missing)]},
        ).fetchall()
        for founded_at, record, known in rows:
            incident = Incident.from_json(record)
            if incident.incident_id not in index.ledgers:
                index.put(Ledger(incident, founded_at, Profile.from_json(known), None))
        targets = {ledger.incident.merged_into for ledger in index.ledgers.values() if ledger.incident.merged_into}
        missing = targets - set(index.ledgers)


def _decide(index: MemoryIndex, items: Sequence[Item]) -> Decided:
    decided = Decided()
    for article, mentions in items:
        decided.linked.append(link(index, article, mentions))
    for linked in decided.linked:
        for incident_id in linked.touched:
            decided.incidents[incident_id] = index.ledgers[incident_id].incident
    return decided


def _store(connection: psycopg.Connection, index: MemoryIndex) -> None:
    """Write back what the batch changed."""
    if not index.changed and not index.linked:
        return
    ledgers = [index.ledgers[i] for i in sorted(index.changed)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO tocsin_linker.incidents (incident_id, merged_into, founded_at, record, profile)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (incident_id) DO UPDATE SET"
            " merged_into = EXCLUDED.merged_into, record = EXCLUDED.record, profile = EXCLUDED.profile",
            [
                (
                    x.incident.incident_id,
                    x.incident.merged_into,
                    x.founded_at,
                    x.incident.to_json().decode(),
                    x.profile.to_json().decode(),
                )
                for x in ledgers
            ],
        )
        gone = [i for i, kept in index.moved.items() if kept is None]
        cursor.execute("DELETE FROM tocsin_linker.mentions WHERE mention_id = ANY(%s::uuid[])", (gone,))
        kept = {i: pair for i, pair in index.moved.items() if pair is not None}
        cursor.executemany(
            "INSERT INTO tocsin_linker.mentions (mention_id, incident_id, article_id, record) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (mention_id) DO UPDATE SET incident_id = EXCLUDED.incident_id, record = EXCLUDED.record",
            [(i, incident_id, m.article_id, m.to_json().decode()) for i, (incident_id, m) in sorted(kept.items())],
        )
        shrunk = sorted(index.shrunk)
        for table in ("whereabouts", "traces"):
            cursor.execute(f"DELETE FROM tocsin_linker.{table} WHERE incident_id = ANY(%s::uuid[])", (shrunk,))  # noqa: S608 - two names of our own
        filed: dict[str, list[Mention]] = defaultdict(list)
        for incident_id, mention in kept.values():
            filed[incident_id].append(mention)
        for incident_id in shrunk:
            filed[incident_id] = list((index.ledgers[incident_id].mentions or {}).values())
        cursor.executemany(
            "INSERT INTO tocsin_linker.whereabouts (block, first_day, last_day, incident_id) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            sorted(
                {
                    (block, first, last, incident_id)
                    for incident_id, told in filed.items()
                    for m in told
                    for place in m.spots()
                    for block in blocks_of(place)
                    for first, last in days_of(m) or ((NO_DAY, NO_DAY),)
                }
            ),
        )
        cursor.executemany(
            "INSERT INTO tocsin_linker.traces (key, incident_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            sorted({(key, incident_id) for incident_id, told in filed.items() for m in told for key in keys_of(m)}),
        )
        cursor.executemany(
            "INSERT INTO tocsin_linker.articles (article_id, record) VALUES (%s, %s)"
            " ON CONFLICT (article_id) DO UPDATE SET record = EXCLUDED.record",
            [(i, index.versions[i].to_json().decode()) for i in sorted(index.linked)],
        )
