"""The sink on a real Postgres: what is stored does not depend on how often, in what order and in what batches it came."""

import asyncio
import itertools
import random
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from pydantic import SecretStr

from contracts.article import RawArticle
from contracts.incidents import Evidence, Toll
from contracts.model import Model
from contracts.spans import Count, Span
from services.runtime.postgres import Postgres
from services.runtime.service import Outcome, Unavailable
from services.runtime.settings import Settings
from services.sink.rows import ARTICLES, INCIDENTS
from services.sink.service import store
from tests.support.ledger import START, enriched, incident, message, named

TABLES = tuple(
    table for parent in (ARTICLES, INCIDENTS) for table in (parent.table, *(part for part, _ in parent.parts))
)


async def sink(dsn: str, *batches: Sequence[Model]) -> list[Outcome]:
    postgres = Postgres(Settings(postgres_dsn=SecretStr(dsn)), "test")
    try:
        return [await store(postgres, [message(value, n) for n, value in enumerate(batch)]) for batch in batches]
    finally:
        await postgres.close()


def table(dsn: str, name: str, *, versions: bool = False) -> list[dict[str, Any]]:
    """Read a table, with the identity of each row's stored version where it is asked for."""
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        extra = "t.ctid::text, t.xmin::text, " if versions else ""
        return connection.execute(f"SELECT {extra}t.* FROM tocsin.{name} t ORDER BY t::text").fetchall()


def everything(dsn: str, *, versions: bool = False) -> dict[str, list[dict[str, Any]]]:
    return {name: table(dsn, name, versions=versions) for name in TABLES}


async def test_every_field_has_its_column(dsn):
    await sink(dsn, [enriched(5), incident(5, part_of=named("incident", 6), injured=Toll(current=Count(min=24)))])
    stored = everything(dsn)
    article = enriched(5).article
    assert stored["articles"] == [
        {
            "article_id": article.article_id,
            "content_hash": article.content_hash,
            "url": "https://example.org/5",
            "source": "Outlet 2",
            "title": "Strike 5",
            "text": article.text,
            "language": "en",
            "published_at": START,
            "ingested_at": START,
            "attributes": {"desk": "east"},
            "annotations": {},
            "provenance": {
                "weapons": {
                    "service": "weapons",
                    "version": "1",
                    "model": None,
                    "milliseconds": 0.0,
                    "status": "ok",
                    "error": None,
                }
            },
            "enriched_at": START + timedelta(seconds=5),
            "trace_id": None,
        }
    ]
    (mention,) = stored["incident_mentions"]
    claims = {row["harm"]: row for row in stored["casualty_claims"]}
    assert mention["claim_ids"] == [claims["killed"]["claim_id"], claims["injured"]["claim_id"]]
    assert (claims["injured"]["count_best"], claims["injured"]["count_max"], claims["injured"]["count_qualifier"]) == (
        5,
        None,
        "at_least",
    )
    assert article.text[claims["killed"]["span_start"] : claims["killed"]["span_end"]] == claims["killed"]["span_quote"]
    assert claims["killed"]["victims_names"] == ["A. Person"]
    assert [(row["place_name"], row["place_country"], row["revision"]) for row in stored["incidents"]].count(
        ("Ardburg", "UA", 1)
    ) == 1
    own = next(row for row in stored["incidents"] if row["revision"] == 1)
    assert (own["killed_best"], own["injured_min"], own["injured_best"]) == (7, 24, None)
    assert str(own["part_of"]) == named("incident", 6)
    for rows in stored.values():
        assert rows


async def test_the_same_again_changes_no_row(dsn):
    batch = [enriched(1), enriched(2), incident(1), incident(2, revision=3)]
    await sink(dsn, batch)
    before = everything(dsn, versions=True)
    outcomes = await sink(dsn, batch, list(reversed(batch)), batch + batch)
    assert everything(dsn, versions=True) == before
    assert outcomes[0].labels == {}


async def test_an_edit_rewrites_only_what_differs(dsn):
    await sink(dsn, [enriched(1), incident(1)])
    before = everything(dsn, versions=True)
    await sink(dsn, [enriched(1, edit=1), incident(1, revision=2)])
    after = everything(dsn, versions=True)
    for name in ("entities", "places", "weapon_mentions"):
        assert after[name] == before[name]
    assert [row["harm"] for row in after["casualty_claims"]] == ["killed"]
    assert after["casualty_claims"][0] in before["casualty_claims"]
    assert [row["mention_id"] for row in after["incident_mentions"]] != [
        row["mention_id"] for row in before["incident_mentions"]
    ]
    assert before["toll_history"][0] in after["toll_history"]
    assert len(after["toll_history"]) == 2
    assert after["articles"][0]["text"].endswith("Again.")


@pytest.mark.parametrize("apart", [True, False], ids=["one by one", "one batch"])
async def test_the_newest_version_wins(dsn, apart):
    versions = [enriched(1, edit=1), enriched(1), incident(1, revision=4), incident(1, revision=3)]
    outcomes = await sink(dsn, *([[value] for value in versions] if apart else [versions]))
    assert everything(dsn)["articles"][0]["ingested_at"] == START + timedelta(hours=1)
    assert [row["revision"] for row in table(dsn, "incidents")] == [4]
    assert len(table(dsn, "casualty_claims")) == 1
    assert len(table(dsn, "toll_history")) == 4
    superseded = [(n, index) for n, outcome in enumerate(outcomes) for index in outcome.labels]
    assert superseded == ([(1, 0), (3, 0)] if apart else [(0, 1), (0, 3)])


async def test_of_equal_versions_the_later_wins(dsn):
    await sink(dsn, [enriched(1), incident(1)], [enriched(1, weapons=()), incident(1, article_count=9)])
    assert table(dsn, "weapon_mentions") == []
    assert [row["article_count"] for row in table(dsn, "incidents")] == [9]


async def test_incidents_may_come_after_the_articles_that_tell_of_them(dsn):
    await sink(dsn, [enriched(1)])
    (held,) = table(dsn, "incidents")
    assert (str(held["incident_id"]), held["revision"], held["type"]) == (named("incident", 1), 0, None)
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM tocsin.incident_summary").fetchone() == (0,)
    await sink(dsn, [incident(1)], [enriched(2, incident=1)])
    (filled,) = table(dsn, "incidents")
    assert (filled["revision"], filled["type"]) == (1, "shelling")


async def test_the_order_and_the_batches_of_a_replay_do_not_matter(dsn):
    stream = [
        enriched(1),
        enriched(1, edit=1),
        enriched(2, incident=1),
        enriched(3, incident=9),
        incident(1),
        incident(1, revision=2),
        incident(2, merged_into=named("incident", 1)),
        incident(3, part_of=named("incident", 4)),
    ]
    dice = random.Random(7)
    results = []
    for _ in range(8):
        order = dice.sample(stream, len(stream)) + dice.sample(stream, 3)
        cuts = sorted({0, len(order), *dice.sample(range(1, len(order)), dice.randrange(4))})
        with psycopg.connect(dsn) as connection:
            connection.execute("TRUNCATE tocsin.articles, tocsin.incidents CASCADE")
        await sink(dsn, *(order[a:b] for a, b in itertools.pairwise(cuts)))
        results.append(everything(dsn))
    assert all(result == results[0] for result in results)


async def test_what_postgres_cannot_hold_is_replaced_one_for_one(dsn):
    text = "\x00Ard\ud800burg \U0001f600 \\u0000 hit"
    article = RawArticle(title="a\udfffb\x00", text=text, ingested_at=START, attributes={"k\x00": "v\ud800"})
    quote = text[5:20]
    place = (
        enriched(1)
        .places[0]
        .model_copy(update={"spans": (Span(field="text", start=5, end=20, quote=quote),), "name": "\x00"})
    )
    link = enriched(1).incidents[0].model_copy(update={"evidence": (Evidence(feature="x", weight=float("nan")),)})
    value = enriched(1, article=article, places=(place,), incidents=(link,))
    (outcome,) = await sink(dsn, [value])
    assert (outcome.rejects, outcome.labels) == ({}, {})
    (stored,) = table(dsn, "articles")
    assert stored["title"] == "a\ufffdb\ufffd"
    assert stored["text"] == "\ufffdArd\ufffdburg \U0001f600 \\u0000 hit"
    assert stored["attributes"] == {"k\ufffd": "v\ufffd"}
    ((kept,),) = [row["spans"] for row in table(dsn, "places")]
    assert stored["text"][kept["start"] : kept["end"]] == kept["quote"]
    assert value.article.text == text
    assert table(dsn, "incident_mentions")[0]["evidence"] == [{"feature": "x", "weight": None}]


async def test_a_figure_beyond_bigint_is_clamped_and_a_long_word_is_no_obstacle(dsn):
    word = "x" * 1_000_000
    long = enriched(1)
    claim = long.casualties[0].model_copy(update={"count": Count.exact(10**40)})
    entity = long.entities[0].model_copy(update={"name": word})
    await sink(dsn, [enriched(1, casualties=(claim,), entities=(entity,))])
    assert table(dsn, "casualty_claims")[0]["count_best"] == 2**63 - 1
    assert table(dsn, "entities")[0]["name"] == word


async def test_bad_messages_are_singled_out(dsn):
    mention = enriched(3).incidents[0].model_copy(update={"mention_id": "m-1"})
    batch = [
        enriched(1),
        incident(1).model_copy(update={"revision": 2**70}),
        enriched(3, incidents=(mention,)),
        incident(2),
        enriched(4),
        incident(5, article_count=2**70),
    ]
    (outcome,) = await sink(dsn, batch)
    assert {index: reject.reason for index, reject in outcome.rejects.items()} == {
        1: "unstorable",
        2: "invalid-id",
        5: "unstorable",
    }
    assert outcome.labels == {}
    assert len(table(dsn, "articles")) == 2
    assert [row["revision"] for row in table(dsn, "incidents") if row["revision"]] == [1]


async def test_the_role_of_the_sink_is_enough(dsn):
    role = psycopg.conninfo.make_conninfo(dsn, options="-c role=tocsin_sink")
    (outcome, again) = await sink(role, [enriched(1), incident(1)], [enriched(1, edit=1), incident(1, revision=2)])
    assert (outcome.rejects, again.labels) == ({}, {})
    assert len(table(dsn, "casualty_claims")) == 1


async def test_a_batch_of_long_articles_is_cut(dsn, monkeypatch):
    monkeypatch.setattr("services.sink.service.MOST_CHARACTERS", 250)
    (outcome,) = await sink(dsn, [enriched(n % 5, edit=2 - n // 5) for n in range(15)])
    assert set(outcome.labels) == set(range(5, 15))
    with psycopg.connect(dsn) as connection:
        assert connection.execute(
            "SELECT count(*), count(DISTINCT xmin::text) > 1 FROM tocsin.articles"
        ).fetchone() == (5, True)


async def test_two_writers_at_a_time_do_not_hinder_each_other(dsn):
    stream = [enriched(n, edit=e, incident=n % 4) for n in range(20) for e in (0, 1)] + [incident(n) for n in range(4)]
    await asyncio.gather(*(sink(dsn, *([random.Random(seed).sample(stream, len(stream))] * 3)) for seed in range(4)))
    assert len(table(dsn, "articles")) == 20
    assert len(table(dsn, "casualty_claims")) == 20


async def test_merged_incidents_resolve(dsn):
    chain = [incident(n, merged_into=named("incident", n + 1)) for n in range(4)] + [incident(4), incident(9)]
    await sink(dsn, [enriched(1, incident=0), *chain])
    with psycopg.connect(dsn) as connection:
        resolved = dict(connection.execute("SELECT incident_id::text, resolved_id::text FROM tocsin.incident_resolved"))
        assert resolved == {named("incident", n): named("incident", 4) for n in range(5)} | {
            named("incident", 9): named("incident", 9)
        }
        claims = connection.execute("SELECT incident_id::text, span_quote FROM tocsin.incident_claims").fetchall()
    assert sorted(claims) == [(named("incident", 4), "1 were hurt"), (named("incident", 4), "Seven people died")]


async def test_a_schema_that_is_not_there_yet_is_waited_for(postgres_dsn):
    with pytest.raises(Unavailable, match="tocsin migrate"):
        await sink(postgres_dsn, [enriched(1)])


async def test_a_broken_connection_is_opened_again(dsn):
    postgres = Postgres(Settings(postgres_dsn=SecretStr(dsn)), "test")
    try:
        await store(postgres, [message(enriched(1))])
        with psycopg.connect(dsn, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'tocsin-test' AND datname = current_database()"
            )
        with pytest.raises(Unavailable):
            await store(postgres, [message(enriched(2))])
        outcome = await store(postgres, [message(enriched(2))])
    finally:
        await postgres.close()
    assert outcome.labels == {}
    assert len(table(dsn, "articles")) == 2


async def test_the_evidence_of_each_link_is_found_as_the_page_on_linking_says(dsn):
    page = (Path(__file__).parents[3] / "docs" / "LINKING.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    value = enriched(1)
    (link,) = value.incidents
    await sink(dsn, [value])
    with psycopg.connect(dsn) as connection:
        found = connection.execute(re.sub(r"'[0-9a-f-]{36}'", f"'{link.incident_id}'", query).encode()).fetchall()
    assert [(feature, weight) for _, feature, weight in found] == [(e.feature, e.weight) for e in link.evidence]
    assert {str(article_id) for article_id, _, _ in found} == {str(value.article.article_id)}
