"""What an operator asks of a running stream: the way of an article, what a new version would change, rows again."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import signal
import subprocess
import sys
import uuid

import psycopg
import pytest

from contracts.topics import RAW, READER_SERVICES
from services.cli import enrich
from services.cli.app import run
from services.cli.demo import gather
from services.runtime.trace import trace_id
from tests.support.stream import Stream

pytestmark = [pytest.mark.timeout(300), pytest.mark.real_kafka]
TRACED = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CLAIMS = "SELECT claim_id::text, article_id::text, count_best FROM tocsin.casualty_claims ORDER BY claim_id"


@pytest.fixture(scope="module")
def records():
    return [(key, value) for key, value in gather([]).records if key != b"bad"][:14]


@pytest.fixture
def stream(broker, postgres_dsn, tmp_path, monkeypatch, records):
    stream = Stream(broker.bootstrap, postgres_dsn, tmp_path, TOCSIN_WORKERS="1")
    for name, value in stream.environment.items():
        monkeypatch.setenv(name, value)
    stream.prepare()
    stream.start()
    asyncio.run(fed(stream, records))
    yield stream
    stream.stop()


async def fed(stream, records):
    from services.runtime.kafka import producer

    before = await count(stream)
    kafka = producer(stream.settings, "test")
    await kafka.start()
    for key, value in records:
        await kafka.send_and_wait(RAW.full_name, value, key=key, headers=[("traceparent", TRACED)])
    await kafka.stop()
    await stream.drained(before + len(records))


async def count(stream):
    from services.runtime.stretch import stretch

    return len([r async for r in stretch(stream.settings, [RAW.full_name])])


def rows(dsn, query):
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def said(capsys, *arguments):
    """Run a command with ``--json``; return its exit code and what it said."""
    capsys.readouterr()
    code = run([*arguments, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def changed_rule(monkeypatch, harm):
    """Let this process's casualties read one more of a harm than it did."""

    def extract(article, model):
        payload = plain(article, model)
        more = [
            c.model_copy(update={"count": c.count.model_copy(update={"best": c.count.best + 1})})
            if c.harm == harm and c.count.best is not None
            else c
            for c in payload.casualties
        ]
        return payload.model_copy(update={"casualties": tuple(more)})

    enrich.load_models(enrich.load_settings())
    plain = next(e.extract for e, _ in enrich.loaded() if e.name == "casualties")
    models = [
        (dataclasses.replace(e, extract=extract, extract_many=None) if e.name == "casualties" else e, m)
        for e, m in enrich.loaded()
    ]
    monkeypatch.setattr(enrich, "_models", models)


def test_an_operator_follows_an_article_and_replays_a_stretch(stream, postgres_dsn, monkeypatch, capsys, records):
    article_id = json.loads(records[0][1])["article_id"]
    code, way = said(capsys, "trace", article_id)
    assert code == 0
    steps = [step["topic"].split(".")[2] for step in way["steps"]]
    assert (steps[0], steps[-2:], len(steps)) == ("raw", ["assembled", "enriched"], 6)
    assert sorted(s["what"].split()[0] for s in way["steps"][1:4]) == ["casualties", "entities", "weapons"]
    assert {s["trace_id"] for s in way["steps"]} == {way["trace_id"], way["row"]["trace_id"]} == {trace_id(TRACED)}
    assert way["row"]["casualty_claims"] == len([c for c in rows(postgres_dsn, CLAIMS) if c[1] == article_id])
    assert way["incidents"]
    assert way["dead_letters"] == []
    assert said(capsys, "trace", str(uuid.uuid4()))[0] == 1
    assert run(["trace", "no-uuid"]) == 2
    command = [sys.executable, "-m", "services", "status", "--watch", "--seconds", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        shown = [watching.stdout.readline().split("\t")[0] for _ in range(13)]
        assert shown == ["service", *READER_SERVICES, *READER_SERVICES]
        watching.send_signal(signal.SIGINT)
        watching.communicate()  # a pipe closed under it would end it with 1
    assert watching.returncode == 0
    logged = [line for log in stream.folder.glob("*-one.log") for line in log.read_text().splitlines()]
    lines = [json.loads(line) for line in logged if line.startswith("{")]
    named = {line["service"] for line in lines if trace_id(TRACED) in line.get("traces", ())}
    assert named == set(READER_SERVICES)  # every service's line of its batch leads to the trace

    stored = rows(postgres_dsn, CLAIMS)
    links = rows(postgres_dsn, "SELECT mention_id, incident_id, confidence FROM tocsin.incident_mentions ORDER BY 1")
    began = next(s["time"] for s in way["steps"])
    shadow = ("replay", "--from", began, "--shadow", "--workers", "1", "--show", "1000")
    code, same = said(capsys, *shadow)
    assert (code, same["differences"]) == (0, [])
    assert same["articles"]["compared"] == len({key for key, _ in records})
    assert same["rows"]["casualty_claims"] == {"same": len(stored)}

    changed_rule(monkeypatch, "injured")
    hurt = {
        c
        for (c,) in rows(
            postgres_dsn,
            "SELECT claim_id::text FROM tocsin.casualty_claims WHERE harm = 'injured' AND count_best IS NOT NULL",
        )
    }
    assert hurt
    for kinds in ("casualties", "entities,weapons,casualties"):
        code, found = said(capsys, *shadow, "--kinds", kinds)
        claims = [d for d in found["differences"] if d["table"] == "casualty_claims"]
        assert {d["difference"] for d in claims} == {"changed"}
        assert {d["row"]["claim_id"] for d in claims} == hurt, (kinds, found["articles"])
        assert found["rows"]["casualty_claims"] == {"same": len(stored) - len(hurt), "changed": len(hurt)}
        assert all(list(d["fields"]) == ["count_best"] and d["sentence"] for d in claims)
        assert {d["table"] for d in found["differences"]} <= {"casualty_claims", "incident_mentions"}
    assert rows(postgres_dsn, CLAIMS) == stored

    assert run(["replay", "--from", began, "--kinds", "casualties", "--workers", "1"]) == 0
    asyncio.run(stream.drained(0))
    now = rows(postgres_dsn, CLAIMS)
    assert now == [(c, a, best + 1 if c in hurt else best) for c, a, best in stored]
    again = rows(postgres_dsn, "SELECT mention_id, incident_id, confidence FROM tocsin.incident_mentions ORDER BY 1")
    assert [row[:2] for row in again] == [row[:2] for row in links]


TABLES = {
    "tocsin": (
        *("articles", "entities", "places", "weapon_mentions", "casualty_claims", "incident_mentions"),
        *("incidents", "toll_history"),
    ),
    "tocsin_linker": ("mentions", "whereabouts", "traces"),
}


def everything(dsn):
    # When an incident was founded is lost where its first account has been edited since.
    known = (
        "SELECT incident_id, merged_into, record, profile::jsonb - 'founded_at' FROM tocsin_linker.incidents ORDER BY 1"
    )
    return {"known incidents": rows(dsn, known)} | {
        f"{schema}.{table}": rows(dsn, f"SELECT t::text FROM {schema}.{table} t ORDER BY 1")
        for schema, tables in TABLES.items()
        for table in tables
    }


def test_a_new_postgres_is_filled_from_the_topics_alone(stream, postgres_dsn, records):
    before = everything(postgres_dsn)
    assert all(before.values())
    for name in ("incidents", "sink"):
        stream.processes[name].stop()
    assert run(["restore"]) == 1  # not over what is there
    with psycopg.connect(postgres_dsn) as connection:
        connection.execute("DROP SCHEMA tocsin, tocsin_linker CASCADE")
    assert run(["migrate"]) == 0
    assert run(["restore"]) == 0
    after = everything(postgres_dsn)
    for name, some in before.items():
        assert after[name] == some, name

    for name in ("incidents", "sink"):
        stream.processes[name].start()
    asyncio.run(fed(stream, records[:3]))  # the same articles again
    again = everything(postgres_dsn)
    assert {n: len(some) for n, some in again.items()} == {n: len(some) for n, some in before.items()}
