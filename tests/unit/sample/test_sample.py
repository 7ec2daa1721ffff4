"""The sample corpus is whole: every article is one, and what is expected of them adds up."""

from __future__ import annotations

import json
from datetime import UTC, date
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from contracts.article import RawArticle
from contracts.incidents import IncidentType

SAMPLE = files("services.cli") / "sample"


def lines(name: str) -> list[str]:
    return (SAMPLE / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def articles() -> list[RawArticle]:
    return [RawArticle.read(line) for line in lines("articles.jsonl")]


@pytest.fixture(scope="module")
def expected() -> dict:
    return json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))


def test_articles_come_from_invented_outlets_under_reserved_names(articles: list[RawArticle]) -> None:
    assert len(articles) >= 48
    assert all((urlsplit(article.url or "").hostname or "").endswith(".example") for article in articles)
    assert all(article.source for article in articles)


def test_one_article_is_edited_and_none_is_repeated(articles: list[RawArticle]) -> None:
    assert len({article.content_hash for article in articles}) == len(articles)
    assert len({article.article_id for article in articles}) == len(articles) - 1


def test_every_article_is_accounted_for(articles: list[RawArticle], expected: dict) -> None:
    told = {url for incident in expected["incidents"].values() for url in incident["articles"] + incident["background"]}
    assert told.isdisjoint(expected["no_incident"])
    assert told | set(expected["no_incident"]) == {article.url for article in articles}


def test_incidents_precede_their_reports(articles: list[RawArticle], expected: dict) -> None:
    published = {a.url: a.published_at.astimezone(UTC).date() for a in articles if a.published_at}
    for label, incident in expected["incidents"].items():
        assert IncidentType(incident["type"]), label
        assert incident["articles"], label
        day = date.fromisoformat(incident["date"])
        assert all(published[url] >= day for url in incident["articles"] if url in published), label


@pytest.mark.parametrize(("number", "kind"), [(0, "json_invalid"), (1, "string_type")])
def test_bad_records_are_bad(number: int, kind: str) -> None:
    with pytest.raises(ValidationError) as error:
        RawArticle.read(lines("bad_records.jsonl")[number])
    assert kind in {e["type"] for e in error.value.errors()}
    assert len(lines("bad_records.jsonl")) == 2
