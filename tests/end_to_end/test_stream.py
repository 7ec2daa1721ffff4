"""The whole stream on a real broker and a real database, looked at from outside only: JSON in, JSON and rows out."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from jsonschema import Draft202012Validator

from contracts.dead_letter import DeadLetter
from tests.support.articles import article
from tests.support.stream import Stream

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(300)

TRACED = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
FOREIGN = {
    "title": "Drones hit Odesa",
    "text": "ODESA, March 5, 2024. Three people were killed and eight were injured when Shahed drones struck Odesa on Tuesday.",
}
UKRAINIAN = {
    "title": "Удар по Харкову",
    "text": "У Харкові пролунали вибухи 😀 \u0000 \r\n Київ",
    "url": "https://uk.example/1",
}


@pytest.fixture
def stream(broker, postgres_dsn, tmp_path):
    stream = Stream(broker.bootstrap, postgres_dsn, tmp_path, TOCSIN_WORKERS="1")
    stream.prepare()
    stream.start()
    yield stream
    stream.stop()


async def enriched(bootstrap: str, count: int) -> list[dict]:
    """Read so many enriched articles as any consumer would."""
    consumer = AIOKafkaConsumer(
        "tocsin.articles.enriched.v1",
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        group_id=f"consumer-{uuid.uuid4()}",
        enable_auto_commit=False,
    )
    await consumer.start()
    found: list[dict] = []
    try:
        async with asyncio.timeout(150):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [json.loads(r.value) for r in records]
    finally:
        await consumer.stop()
    return found


def test_plain_clients_put_articles_in_and_read_them_enriched(stream, broker, postgres_dsn):
    """A producer that knows the JSON Schema alone, with and without keys; poison beside it; a consumer; SQL."""
    schema = json.loads((ROOT / "contracts" / "schemas" / "articles.raw.v1.json").read_text())
    given = [FOREIGN, UKRAINIAN, *(article(n) for n in range(6))]
    for one in given:
        Draft202012Validator(schema).validate(one)

    async def produce() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
        await producer.start()
        for n, one in enumerate(given):
            headers = (
                [("novalue", None), ("odd", b"\xff"), ("traceparent", b"broken")]
                if n % 2
                else [("traceparent", TRACED)]
            )
            await producer.send_and_wait(
                "tocsin.articles.raw.v1",
                json.dumps(one).encode(),
                key=f"any {n}".encode() if n % 3 else None,
                headers=headers,
            )
        await producer.send_and_wait("tocsin.articles.raw.v1", b"{not json")
        await producer.stop()

    asyncio.run(produce())
    found = {e["article"]["title"]: e for e in asyncio.run(enriched(broker.bootstrap, len(given)))}
    asyncio.run(stream.drained(len(given) + 1))

    for one in given:
        out = found[one["title"]]["article"]
        if not one["title"].endswith("under attack"):  # three outlets share a headline
            assert out["text"] == one["text"]
    for e in found.values():
        assert_spans_hold(e)
        assert {p["status"] for p in e["provenance"].values()} == {"ok"}
        assert e["article"]["article_id"] != str(uuid.UUID(int=0))
        assert e["article"]["content_hash"]

    letters = asyncio.run(stream.dead_letters("assembler"))
    assert [r.value for r in letters] == [b"{not json"]
    assert DeadLetter.from_headers(letters[0].headers).reason == "invalid-json"

    with psycopg.connect(postgres_dsn) as connection:
        titles = {t for (t,) in connection.execute("SELECT title FROM tocsin.articles")}
        assert titles == {g["title"] for g in given}
        toll = connection.execute(
            "SELECT place_name, killed_best, injured_best, when_start::text FROM tocsin.incidents WHERE place_name = 'Odesa' "
            "AND when_start = '2024-03-05'"
        ).fetchall()
        assert toll == [("Odesa", 3, 8, "2024-03-05")]
        traces = dict(connection.execute("SELECT title, trace_id FROM tocsin.articles").fetchall())
        assert traces[FOREIGN["title"]] == TRACED.split(b"-")[1].decode()
        assert re.fullmatch("[0-9a-f]{32}", traces[UKRAINIAN["title"]])
        assert traces[UKRAINIAN["title"]] != traces[FOREIGN["title"]]
        (text,) = connection.execute(
            "SELECT text FROM tocsin.articles WHERE title = %s", [UKRAINIAN["title"]]
        ).fetchone()
        assert text == UKRAINIAN["text"].replace("\0", "\ufffd")

    assert set(stream.stop().values()) == {0}


def assert_spans_hold(enriched_article: dict) -> None:
    def walk(value):
        if isinstance(value, dict):
            if {"field", "start", "end", "quote"} <= value.keys():
                assert enriched_article["article"][value["field"]][value["start"] : value["end"]] == value["quote"]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk({k: v for k, v in enriched_article.items() if k != "article"})
