"""The service's handler on a real Postgres: batches in, outputs and labels out."""

import json

import pytest
from pydantic import SecretStr

from contracts.annotation import Annotation, ProducedBy, RawPosition
from contracts.article import AssembledArticle, EnrichedArticle
from contracts.incidents import Incident, LinkRole
from contracts.topics import ASSEMBLED, ENRICHED, INCIDENTS
from services.incidents.service import SERVICE
from services.runtime.service import Message, Unavailable
from services.runtime.settings import Settings
from tests.support.stories import START, article

TOLD = "A missile strike on Tuesday destroyed a market hall. The strike killed five people, officials said."


def message(number=0, *, edit=0, payload=None, text=TOLD):
    of = article(number, edit=edit)
    of = of.model_validate(
        {**of.model_dump(), "title": "Missile strike kills five", "text": f"{text} {edit}", "content_hash": ""}
    )
    position = RawPosition(partition=0, offset=number)
    annotations = tuple(
        Annotation(
            article_id=of.article_id, content_hash=of.content_hash, raw=position, kind=kind, produced_at=START,
            status="failed" if kind == "entities" else "ok", error="bug" if kind == "entities" else None,
            produced_by=ProducedBy(service=kind, version="1", milliseconds=2.0),
            payload=payload if payload and kind == "weapons" else {},
        )
        for kind in ("entities", "weapons", "casualties")
    )  # fmt: skip
    return Message(
        AssembledArticle(article=of, raw=position, annotations=annotations), ASSEMBLED.full_name, 0, number, 0
    )


async def handled(settings, *batches):
    outcomes = []
    async with SERVICE.open(settings) as handle:
        for batch in batches:
            async with handle(batch) as outcome:
                outcomes.append(outcome)
    return outcomes


@pytest.fixture
def settings(dsn):
    return Settings(postgres_dsn=SecretStr(dsn))


async def test_a_batch_becomes_enriched_articles_and_incidents(settings):
    (outcome,) = await handled(settings, [message(0)])
    enriched, incident = outcome.outputs
    assert (enriched.topic, incident.topic) == (ENRICHED, INCIDENTS)
    article_ = EnrichedArticle.from_json(enriched.value)
    assert enriched.key == str(article_.article.article_id)
    (found,) = article_.incidents
    assert (found.role, found.incident_id) == (LinkRole.MAIN, incident.key)
    assert Incident.from_json(incident.value).article_count == 1
    assert {k: (p.status, p.error) for k, p in article_.provenance.items()} == {
        "entities": ("failed", "bug"), "weapons": ("ok", None), "casualties": ("ok", None), "incidents": ("ok", None),
    }  # fmt: skip


async def test_redelivery_publishes_the_same_again(settings):
    first, again = await handled(settings, [message(0)], [message(0)])
    assert [(o.topic.name, o.key) for o in again.outputs] == [(o.topic.name, o.key) for o in first.outputs]
    assert again.outputs[-1].value == first.outputs[-1].value
    assert json.loads(again.outputs[0].value)["incidents"] == json.loads(first.outputs[0].value)["incidents"]


async def test_of_two_versions_in_one_batch_the_newer_is_published_last(settings):
    for batch in ([message(0), message(0, edit=1)], [message(1, edit=1), message(1)]):
        (outcome,) = await handled(settings, batch)
        told = [EnrichedArticle.from_json(o.value).article.text for o in outcome.outputs if o.topic == ENRICHED]
        assert told[-1].endswith("1")


async def test_an_older_version_is_superseded_and_a_bad_payload_rejected(settings):
    outcome, late = await handled(
        settings, [message(0, edit=1), message(1, payload={"weapons": [{"category": "no such"}]})], [message(0)]
    )
    assert {i: r.reason for i, r in outcome.rejects.items()} == {1: "invalid-payload"}
    assert (late.labels, late.outputs) == ({0: "superseded"}, [])


async def test_postgres_without_the_schema_is_unavailable(postgres_dsn):
    with pytest.raises(Unavailable, match="migrate"):
        await handled(Settings(postgres_dsn=SecretStr(postgres_dsn)), [message(0)])
