"""The index in Postgres decides as the one in memory does, and many replicas share it."""

import threading
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from contracts.article import RawArticle
from services.incidents.index import MemoryIndex, link
from services.incidents.postgres import PostgresIndex
from services.incidents.records import Traces
from tests.support.stories import ARDBURG, FAR_TOWN, NEXT_TOWN, START, article, mention, on, report

DAY = START.date()


def items(count):
    """Articles on a few incidents: three towns, three days, names that recur."""
    made = []
    for n in range(count):
        of = article(n, hours=n)
        where = (ARDBURG, NEXT_TOWN, FAR_TOWN, None)[n % 4]
        names = Traces(persons=(f"person {n % 5}",), streets=(f"{100 * (n % 7)} mill road",))
        day = on(DAY + timedelta(days=n % 3))
        made.append((of, [mention(of, place=where, when=day, traces=names, **report(of, n))]))
    return made


def linked(index, some):
    try:
        return index.link(some)
    finally:
        index.release()


def one(edit=0, **changes):
    of = article(0, edit=edit)
    return [(of, [mention(of, **changes)])]


def test_it_decides_as_the_index_in_memory_does(dsn):
    memory = MemoryIndex()
    stories = items(40)
    expected = [link(memory, of, told) for of, told in stories]
    with closing(PostgresIndex(dsn)) as index:
        found, states = [], {}
        for start in range(0, 40, 7):
            decided = linked(index, stories[start : start + 7])
            found += decided.linked
            states |= decided.incidents
    assert [x.links for x in found] == [x.links for x in expected]
    assert states == {i: ledger.incident for i, ledger in memory.ledgers.items()}


def test_it_folds_very_many_accounts_as_the_index_in_memory_does(dsn):
    memory = MemoryIndex()
    of = [article(n, hours=(n * 37) % 400 / 100) for n in range(180)]
    stories = [
        (a, [mention(a, traces=Traces(persons=("ada winters",)), **report(a, 5 + n // 50))]) for n, a in enumerate(of)
    ]
    edited = article(7, hours=2, edit=1)
    stories.append((edited, [mention(edited, place=FAR_TOWN)]))
    for a, told in stories:
        link(memory, a, told)
    states = {}
    with closing(PostgresIndex(dsn)) as index:
        for start in range(0, len(stories), 45):
            states |= linked(index, stories[start : start + 45]).incidents
    assert states == {i: ledger.incident for i, ledger in memory.ledgers.items()}
    assert sorted(i.article_count for i in states.values()) == [1, 179]


def test_redelivery_gives_the_same_answer_and_the_current_states(dsn):
    with closing(PostgresIndex(dsn)) as index:
        first = linked(index, one())
        other = article(1, hours=1)
        latest = linked(index, [(other, [mention(other)])])
        again = linked(index, one())
    assert again.linked[0].links == first.linked[0].links
    assert again.incidents == latest.incidents
    assert not again.linked[0].events


def test_an_edit_moves_the_mention_and_a_late_older_version_changes_nothing(dsn):
    with closing(PostgresIndex(dsn)) as index:
        was = linked(index, one())
        now = linked(index, one(edit=1, place=FAR_TOWN))
        late = linked(index, one())
        again = linked(index, one(edit=1, place=FAR_TOWN))
    (old,) = was.incidents
    assert now.linked[0].links[0].incident_id != old
    assert now.incidents[old].article_count == 0
    assert late.linked[0].superseded
    assert late.incidents == {}
    assert again.incidents == now.incidents
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM tocsin_linker.mentions").fetchone() == (1,)
        blocks = connection.execute("SELECT DISTINCT incident_id::text FROM tocsin_linker.whereabouts").fetchall()
    assert blocks == [(now.linked[0].links[0].incident_id,)]


def test_a_merge_is_stored_and_resolves_in_one_hop(dsn):
    names = [Traces(persons=(f"a {n}", f"b {n}")) for n in "xy"]
    both = Traces(persons=tuple(sorted(names[0].persons + names[1].persons)))
    with closing(PostgresIndex(dsn)) as index:
        told = [(article(n, hours=n), t) for n, t in enumerate([*names, both])]
        places = [None, ARDBURG, ARDBURG]
        first, second, third = (
            linked(index, [(of, [mention(of, place=p, traces=t)])]) for (of, t), p in zip(told, places, strict=True)
        )
        again = linked(index, [(told[1][0], [mention(told[1][0], traces=names[1])])])
    winner, loser = (d.linked[0].links[0].incident_id for d in (first, second))
    assert winner != loser
    assert third.incidents[loser].merged_into == winner
    assert third.incidents[winner].article_count == 3
    assert again.linked[0].links[0].incident_id == winner


def test_nothing_is_stored_when_the_connection_dies_before_the_commit(dsn):
    with closing(PostgresIndex(dsn)) as index:
        linked(index, one())
        with psycopg.connect(dsn, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        other = article(1)
        with pytest.raises(psycopg.OperationalError):
            linked(index, [(other, [mention(other)])])
        decided = linked(index, [(other, [mention(other)])])
    assert decided.linked[0].events == {"joined": 1}


def test_locks_are_held_until_release_and_gone_afterwards(dsn):
    with closing(PostgresIndex(dsn)) as index, psycopg.connect(dsn, autocommit=True) as admin:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        index.link(one())
        assert admin.execute(held).fetchone()[0] > 0
        index.release()
        assert admin.execute(held).fetchone() == (0,)


def test_two_replicas_on_one_block_make_one_incident(dsn):
    stories = items(0) + [
        (of, [mention(of, traces=Traces(persons=("ada winters",)))]) for of in (article(n) for n in range(24))
    ]
    barrier = threading.Barrier(2)
    failures, published = [], []

    def replica(share):
        with closing(PostgresIndex(dsn)) as index:
            barrier.wait()
            for start in range(0, len(share), 2):
                try:
                    decided = index.link(share[start : start + 2])
                    published.extend(decided.incidents.values())
                except Exception as error:  # noqa: BLE001 - shown by the assertion below
                    failures.append(error)
                finally:
                    index.release()

    threads = [threading.Thread(target=replica, args=(stories[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert {incident.incident_id for incident in published} == {published[0].incident_id}
    assert published[-1].article_count == 24
    assert [i.revision for i in published] == sorted(i.revision for i in published)


def test_replicas_with_crossing_batches_do_not_wait_in_a_circle(dsn):
    stories = items(60)
    failures = []

    def replica(share):
        with closing(PostgresIndex(dsn)) as index:
            for start in range(0, len(share), 10):
                try:
                    linked(index, share[start : start + 10])
                except psycopg.Error as error:
                    failures.append(error)

    threads = [threading.Thread(target=replica, args=(share,)) for share in (stories, stories[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM tocsin_linker.mentions").fetchone() == (60,)
        stray = "SELECT count(*) FROM tocsin_linker.incidents a JOIN tocsin_linker.incidents b ON b.incident_id = a.merged_into WHERE b.merged_into IS NOT NULL"
        assert connection.execute(stray).fetchone() == (0,)


def test_texts_that_postgres_can_not_hold_are_linked_all_the_same(dsn):
    of = RawArticle(title="x", text="y", source="a\x00b", ingested_at=START)
    told = [mention(of, **report(of, 3, "officials\ud800"))]
    with closing(PostgresIndex(dsn)) as index:
        first = linked(index, [(of, told)])
        again = linked(index, [(of, told)])
    assert again.incidents == first.incidents
    (incident,) = first.incidents.values()
    assert (incident.sources, incident.killed.history[0].claimant) == (("a\x00b",), "officials\ud800")
