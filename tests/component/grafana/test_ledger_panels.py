"""Every query of the dashboards on the migrated schema, as the role that Grafana has, on rows that the sink wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from pydantic import SecretStr

from contracts.incidents import Toll
from contracts.spans import Count
from contracts.weapons import WeaponMention
from services.runtime.postgres import Postgres
from services.runtime.settings import Settings
from services.sink.service import store
from tests.support.grafana import BOARDS, asked, sql
from tests.support.ledger import enriched, incident, message, named, span

QUERIES = {name: (panel, target) for name, panel, target in asked("rawSql")}
IN_SIGHT = {"country": ["UA", "–"], "type": ["shelling"], "incident": "", "article": ""}
START, END = "2024-03-01T00:00:00Z", "2024-03-31T23:59:59Z"


def article(number: int, launched: int, shot_down: int) -> Any:
    made = enriched(number, incident=1)
    words = {"category": "drone", "span": span(made.article, "Rockets")}
    return enriched(
        number,
        incident=1,
        weapons=(
            WeaponMention(**words, role="launched", quantity=Count.exact(launched), section="lead"),
            WeaponMention(**words, role="intercepted", quantity=Count.exact(shot_down), section="lead"),
        ),
    )


@pytest.fixture
async def reader(dsn: str) -> Any:
    """A connection that may do what Grafana's may, to a ledger of three incidents, one of them merged into the first."""
    articles = [article(1, 30, 20), article(2, 32, 25), enriched(3, incident=2)]
    place = {"lat": 50.5, "lon": 30.25}
    first = incident(1, article_count=2, sources=("Outlet 1", "Outlet 2"), revision=2)
    first = first.model_copy(update={"place": first.place.model_copy(update=place)})
    toll = Toll(
        current=first.killed.current,
        history=(
            first.killed.history[0].model_copy(
                update={
                    "article_id": str(articles[0].article.article_id),
                    "claim_id": str(articles[0].casualties[0].claim_id),
                }
            ),
        ),
    )
    incidents = [
        first.model_copy(update={"killed": toll}),
        incident(2, place=None, killed=Toll(current=Count(min=2))),
        incident(3, article_count=0, merged_into=named("incident", 1)),
    ]
    postgres = Postgres(Settings(postgres_dsn=SecretStr(dsn)), "test")
    await store(postgres, [message(value, n) for n, value in enumerate([*articles, *incidents])])
    await postgres.close()
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        connection.execute("SET ROLE tocsin_reader")
        yield connection


def run(reader: Any, name: str, **chosen: str) -> list[dict[str, Any]]:
    _, target = QUERIES[name]
    found: list[dict[str, Any]] = reader.execute(sql(target["rawSql"], START, END, IN_SIGHT | chosen)).fetchall()
    return found


def used_columns(panel: dict[str, Any], target: dict[str, Any]) -> Iterator[str]:
    """Yield the columns that a panel names: in overrides, in links, on a map, as time."""
    for override in panel["fieldConfig"]["overrides"]:
        yield override["matcher"]["options"]
    yield from re.findall(r"__data\.fields\.(\w+)", str(panel["fieldConfig"]["overrides"]))
    for layer in panel["options"].get("layers", ()) if panel["type"] == "geomap" else ():
        yield from (layer["location"]["latitude"], layer["location"]["longitude"])
        yield from (layer["config"]["style"][part]["field"] for part in ("color", "size"))
    if target["format"] == "time_series":
        yield "time"


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_gives_the_columns_that_its_panel_uses(reader: Any, name: str) -> None:
    panel, target = QUERIES[name]
    rows = run(reader, name, article=str(enriched(1).article.article_id))
    assert rows, "the rows of the test should show in every panel"
    assert set(used_columns(panel, target)) - rows[0].keys() == set()
    run(reader, name, country="O'Brien", incident=named("incident", 3), article=named("no", "article"))


@pytest.mark.parametrize("variable", ["country", "type"])
async def test_a_choice_offers_what_is_in_the_ledger(reader: Any, variable: str) -> None:
    (query,) = [v["query"] for v in BOARDS["incidents"]["templating"]["list"] if v["name"] == variable]
    assert sorted(next(iter(row.values())) for row in reader.execute(query)) == sorted(IN_SIGHT[variable])


async def test_figures_are_of_the_incidents_in_sight(reader: Any) -> None:
    totals = {what: run(reader, f"incidents: {what} A") for what in ("Incidents (number)", "Killed (persons)")}
    assert {what: int(rows[0]["value"]) for what, rows in totals.items()} == {
        "Incidents (number)": 2,
        "Killed (persons)": 8 + 2,
    }
    only = "incidents: Incidents (number) A"
    assert run(reader, only, country="UA") == [{"value": 1}]
    assert run(reader, only, type="air_strike") == [{"value": 0}]


async def test_reports_of_one_salvo_do_not_add_up(reader: Any) -> None:
    name = "incidents: Weapons launched and intercepted by day (number, largest figure told) A"
    assert {row["metric"]: int(row["value"]) for row in run(reader, name)} == {"launched": 32, "intercepted": 25}


async def test_a_merged_incident_leads_to_the_one_that_it_became_part_of(reader: Any) -> None:
    (row,) = run(reader, "incidents: Which incident is this? A", incident=named("incident", 3))
    assert row["incident_id"] == named("incident", 1)


async def test_every_word_shown_stands_where_it_says(reader: Any) -> None:
    one = enriched(1).article
    rows = run(reader, "incidents: Which of its words say so? A", article=str(one.article_id))
    assert {row["what"] for row in rows} == {"casualties", "weapon", "place", "name", "incident"}
    assert [row["quote"] for row in rows] == [getattr(one, row["field"])[row["start"] : row["end"]] for row in rows]
