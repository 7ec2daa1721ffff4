"""The index of incidents in Postgres: what many replicas of the linker share.

A batch is decided under session-level advisory locks, in one transaction, on the slice of the index that it needs.
First come the locks of the blocks, days, traces and articles that the batch touches, then those of the incidents that
it may change, each in ascending order, so that two replicas never wait for each other in a circle. Whoever files an
incident under a block or a trace holds that one's lock, so the candidates found under the first locks can't change. The
locks are held until ``release``: the caller publishes first, so the newest state of an incident is published last.
"""

from __future__ import annotations

import gc
import hashlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import psycopg

from contracts.article import RawArticle
from contracts.incidents import Incident
from services.incidents.index import (
    COMMON_KEY,
    LONGEST_STAY,
    NEWEST_FOLDED,
    OLDEST_FOLDED,
    Ledger,
    Linked,
    MemoryIndex,
    filed,
    link_all,
    sought,
)
from services.incidents.link import COMMON, Profile, finds, keys_of
from services.incidents.records import Mention, Version

STRIPES = 512  # locks a session can hold at most in each class: they live in a shared table of fixed size
BLOCKS, INCIDENTS = 0x70C5, 0x70C6
BUCKET_DAYS = 16
LOCK_TIMEOUT = "5s"
MOST_KNOWN = 400_000  # characters of JSON whose incidents are kept parsed between batches: an eighth of their memory
MOST_FILED = 1000  # found in one block of the map, in one stretch of days
Item = tuple[RawArticle, Sequence[Mention]]


def collect_rarely() -> None:
    """Let this process look for garbage in cycles seldom: what an index keeps has none, yet is looked through.

    With thousands of incidents kept, the collections took a third of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def link(self, items: Sequence[Item]) -> Decided:
        """Link a batch in one transaction; its locks stay held until ``release``.

        Raises ``psycopg.Error``; nothing is stored then.
        """
        with self._busy:
            return self._link(items)

    def _link(self, items: Sequence[Item]) -> Decided:
        connection = self._open()
        _lock(connection, BLOCKS, {s for article, mentions in items for s in _stripes(article, mentions)})
        slice_, wanted = _find(connection, items)
        locked: set[str] = set()
        while True:
            with connection.transaction():
                rows = closure(connection, wanted)
                if rows.keys() <= locked:
                    self._fill(connection, slice_, rows)
                    decided = _decide(slice_, items)
                    store(connection, slice_)
                    return decided
            _unlock(connection, INCIDENTS, locked)
            locked |= rows.keys()
            _lock(connection, INCIDENTS, {_stripe(i) for i in locked})

    def _fill(self, connection: psycopg.Connection, index: MemoryIndex, rows: Mapping[str, str]) -> None:
        """Put the incidents into the slice; only those that changed since they were read last are read again."""
        known = self._known
        stale = [UUID(i) for i, row in sorted(rows.items()) if i not in known or known[i].row != row]
        for incident_id, row, founded_at, record, profile in connection.execute(
            "SELECT incident_id::text, xmin::text, founded_at, record, profile FROM tocsin_linker.incidents"
            " WHERE incident_id = ANY(%s)",
            (stale,),
        ):
            size = len(record) + len(profile)
            known[incident_id] = _Known(row, founded_at, Incident.from_json(record), Profile.from_json(profile), size)
        for incident_id in sorted(rows):
            known.move_to_end(incident_id)
            one = known[incident_id]
            index.put(Ledger(one.incident, one.founded_at, one.profile, None))
        size = sum(one.size for one in known.values())
        while size > MOST_KNOWN:
            size -= known.popitem(last=False)[1].size

    def preview(self, items: Sequence[Item]) -> Decided:
        """Decide on a batch as ``link`` would, without storing anything or waiting for anybody.

        Raises ``psycopg.Error``.
        """
        with self._busy:
            connection = self._open()
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                slice_, wanted = _find(connection, items)
                self._fill(connection, slice_, closure(connection, wanted))
                return _decide(slice_, items)

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
            self._known.clear()  # another server may stand behind the same name now
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
            self._connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
        return self._connection


def _stripe(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) % STRIPES


def _stripes(article: RawArticle, mentions: Iterable[Mention]) -> set[int]:
    names = {f"article:{article.article_id}"}
    for mention in mentions:
        names.update(f"trace:{key}" for key in keys_of(mention))
        for block, low, high in sought(mention) | filed(mention):
            for bucket in range(low.toordinal() // BUCKET_DAYS, high.toordinal() // BUCKET_DAYS + 1):
                names.add(f"{block}:{bucket}")
    return {_stripe(name) for name in names}


def _lock(connection: psycopg.Connection, kind: int, stripes: set[int]) -> None:
    connection.execute(
        "SELECT pg_advisory_lock(%s, stripe) FROM unnest(%s::int[]) AS t(stripe)", (kind, sorted(stripes))
    )


def _unlock(connection: psycopg.Connection, kind: int, incident_ids: set[str]) -> None:
    stripes = sorted({_stripe(i) for i in incident_ids})
    if stripes:
        connection.execute("SELECT pg_advisory_unlock(%s, stripe) FROM unnest(%s::int[]) AS t(stripe)", (kind, stripes))


@dataclass(slots=True)
class _Known:
    """An incident as it was read; ``row`` is another after each change (the row's ``xmin``)."""

    row: str
    founded_at: datetime
    incident: Incident
    profile: Profile
    size: int


class StoredMentions:
    """The mentions as the tables have them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def mentions(self, incident_id: str, *, whole: bool) -> list[Mention]:
        """Fetch all mentions of an incident, or the oldest and the newest."""
        asked = {"id": incident_id, "oldest": OLDEST_FOLDED, "newest": NEWEST_FOLDED}
        return [Mention.from_json(row[0]) for row in self._connection.execute(_ALL if whole else _SAMPLE, asked)]

    def articles(self, incident_id: str) -> list[str]:
        """Fetch the IDs of the articles that tell of an incident."""
        query = "SELECT article_id::text FROM tocsin_linker.mentions WHERE incident_id = %s"
        return [row[0] for row in self._connection.execute(query, (incident_id,))]


_ALL = "SELECT record FROM tocsin_linker.mentions WHERE incident_id = %(id)s"
_SAMPLE = (
    f"({_ALL} ORDER BY reported_at, mention_id LIMIT %(oldest)s)"
    f" UNION ({_ALL} ORDER BY reported_at DESC, mention_id DESC LIMIT %(newest)s)"
)


def _find(connection: psycopg.Connection, items: Sequence[Item]) -> tuple[MemoryIndex, set[str]]:
    """Find what a batch may tell of, and what its articles were linked to before.

    Returns the slice of the index, without the incidents, and their IDs.
    """
    mentions = [m for _, told in items for m in told]
    counted, keyed = _traces(connection, mentions)
    index = MemoryIndex(StoredMentions(connection), counted)
    rows = connection.execute(
        "SELECT record FROM tocsin_linker.articles WHERE article_id = ANY(%s)", ([a.article_id for a, _ in items],)
    ).fetchall()
    index.versions = {version.article_id: version for version in (Version.from_json(row[0]) for row in rows)}
    for block, first, last, incident_id in _whereabouts(connection, mentions):
        index.place(incident_id, block, first, last)
    for key, incident_id in keyed:
        index.key(incident_id, key)
    wanted = {i for m in mentions for i in index.candidates(m)[0]}
    for version in index.versions.values():
        wanted |= set(version.touched) | {x.incident_id for x in version.links}
    return index, wanted


def closure(connection: psycopg.Connection, wanted: set[str]) -> dict[str, str]:
    """Return incidents, those they were merged into and those that were merged into them, each with its ``xmin``."""
    found: dict[str, str] = {}
    missing = wanted
    while missing:
        rows = connection.execute(
            "SELECT incident_id::text, merged_into::text, xmin::text FROM tocsin_linker.incidents"
            " WHERE incident_id = ANY(%(ids)s) UNION SELECT incident_id::text, merged_into::text, xmin::text"
            " FROM tocsin_linker.incidents WHERE merged_into = ANY(%(ids)s)",
            {"ids": [UUID(i) for i in sorted(missing)]},
        ).fetchall()
        found |= {incident_id: row for incident_id, _, row in rows}
        missing = {target for _, target, _ in rows if target} - found.keys()
    return found


def _traces(
    connection: psycopg.Connection, mentions: Sequence[Mention]
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return how many incidents share each trace of these mentions, and which share the rare ones."""
    keys = sorted({key for m in mentions for key in keys_of(m)})
    rows = connection.execute(
        "SELECT key, (SELECT count(*) FROM (SELECT FROM tocsin_linker.traces t WHERE t.key = k.key LIMIT %s) AS seen)"
        " FROM unnest(%s::text[]) AS k(key)",
        (COMMON, keys),
    ).fetchall()
    counted = {key: count for key, count in rows if count}
    rare = [key for key in keys if finds(key) and 0 < counted.get(key, 0) <= COMMON_KEY]
    found = connection.execute("SELECT key, incident_id::text FROM tocsin_linker.traces WHERE key = ANY(%s)", (rare,))
    return counted, found.fetchall()


def _whereabouts(connection: psycopg.Connection, mentions: Sequence[Mention]) -> list[tuple[str, date, date, str]]:
    """Return where incidents near the mentions are filed; of very many in one window those with the latest days."""
    windows = sorted({window for m in mentions for window in sought(m)})
    return connection.execute(
        "SELECT DISTINCT q.block, w.first_day, w.last_day, w.incident_id::text"
        " FROM unnest(%s::text[], %s::date[], %s::date[]) AS q(block, low, high)"
        " CROSS JOIN LATERAL (SELECT first_day, last_day, incident_id FROM tocsin_linker.whereabouts t"
        "  WHERE t.block = q.block AND t.first_day BETWEEN q.low - %s AND q.high AND t.last_day >= q.low"
        "  ORDER BY t.first_day DESC LIMIT %s) AS w",
        ([b for b, _, _ in windows], [a for _, a, _ in windows], [z for _, _, z in windows], LONGEST_STAY, MOST_FILED),
    ).fetchall()


def _decide(index: MemoryIndex, items: Sequence[Item]) -> Decided:
    decided = Decided(link_all(index, items))
    for linked in decided.linked:
        for incident_id in linked.touched:
            decided.incidents[incident_id] = index.ledgers[incident_id].incident
    return decided


def store(connection: psycopg.Connection, index: MemoryIndex) -> None:
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
            "INSERT INTO tocsin_linker.mentions (mention_id, incident_id, article_id, reported_at, record)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (mention_id) DO UPDATE SET incident_id = EXCLUDED.incident_id,"
            " reported_at = EXCLUDED.reported_at, record = EXCLUDED.record",
            [
                (i, incident_id, m.article_id, m.reported_at, m.to_json().decode())
                for i, (incident_id, m) in sorted(kept.items())
            ],
        )
        shrunk = sorted(index.shrunk)
        for table in ("whereabouts", "traces"):
            cursor.execute(f"DELETE FROM tocsin_linker.{table} WHERE incident_id = ANY(%s::uuid[])", (shrunk,))  # noqa: S608 - two names of our own
        told: dict[str, list[Mention]] = defaultdict(list)
        for incident_id, mention in kept.values():
            told[incident_id].append(mention)
        for incident_id in shrunk:
            told[incident_id] = list((index.ledgers[incident_id].mentions or {}).values())
        cursor.executemany(
            "INSERT INTO tocsin_linker.whereabouts (block, first_day, last_day, incident_id) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            sorted({(*where, incident_id) for incident_id, some in told.items() for m in some for where in filed(m)}),
        )
        cursor.executemany(
            "INSERT INTO tocsin_linker.traces (key, incident_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            sorted({(key, incident_id) for incident_id, some in told.items() for m in some for key in keys_of(m)}),
        )
        cursor.executemany(
            "INSERT INTO tocsin_linker.articles (article_id, record) VALUES (%s, %s)"
            " ON CONFLICT (article_id) DO UPDATE SET record = EXCLUDED.record",
            [(i, index.versions[i].to_json().decode()) for i in sorted(index.linked)],
        )
