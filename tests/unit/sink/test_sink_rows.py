"""Rows made from messages, and what of a batch is stored."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.spans import Count
from services.runtime.service import Reject
from services.sink.rows import (
    LARGEST_BIGINT,
    article_entry,
    article_rows,
    incident_entry,
    incident_rows,
    newest,
    storable,
    together,
)
from services.sink.write import as_json
from tests.support.ledger import enriched, incident, named

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()) | st.sampled_from("\x00\ud800\udfff\\u0"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=10,
)


@given(ANY_TEXT)
def test_texts_keep_their_length_and_all_that_postgres_can_hold(text):
    stored = storable(text)
    assert len(stored) == len(text)
    for before, after in zip(text, stored, strict=True):
        assert after == ("\ufffd" if before == "\x00" or "\ud800" <= before <= "\udfff" else before)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), JSON_VALUES, max_size=3), max_size=3))
def test_whatever_is_in_a_row_becomes_json_that_postgres_can_hold(rows):
    text = as_json(rows)
    text.encode()
    assert json.loads(text) == storable(rows)
    assert "\x00" not in str(json.loads(text))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "casualty_claims",
            {"count_best": 7, "count_qualifier": "exact", "victims_group": "people", "span_quote": "Seven people died"},
        ),
        ("casualty_claims", {"when_start": "2024-03-19", "when_precision": "day", "claimant": "the mayor"}),
        (
            "weapon_mentions",
            {"number": 0, "quantity_min": 2, "quantity_best": None, "span_field": "text", "role": "hit"},
        ),
        ("incident_mentions", {"incident_id": named("incident", 3), "killed_best": 7, "when_end": "2024-03-19"}),
        ("places", {"place_id": "tocsin:ardburg", "country": "UA", "lat": 50.5, "number": 0}),
        ("articles", {"source": "Outlet 0", "enriched_at": "2024-03-21T08:00:05Z"}),
    ],
)
def test_nested_fields_become_columns(table, expected):
    row, *_ = json.loads(as_json(article_rows(enriched(3))[table]))
    assert {name: row[name] for name in expected} == expected


def test_a_field_that_is_null_leaves_its_columns_out():
    row = article_rows(enriched(3))["incident_mentions"][0]
    assert not [name for name in row if name.startswith("injured")]


def test_an_incident_is_one_row_and_a_row_for_each_report():
    rows = incident_rows(incident(3, revision=2))
    (row,) = rows["incidents"]
    assert (row["place_id"], row["place_name"], row["killed_best"]) == ("tocsin:ardburg", "Ardburg", 8)
    assert [(r["harm"], r["number"], r["count_best"]) for r in rows["toll_history"]] == [
        ("killed", 0, 7),
        ("killed", 1, 8),
    ]


def test_figures_stay_within_bigint():
    claim = enriched(3).casualties[0].model_copy(update={"count": Count.exact(10**30)})
    (row,) = article_rows(enriched(3, casualties=(claim,)))["casualty_claims"]
    assert row["count_best"] == row["count_min"] == LARGEST_BIGINT


def test_a_claim_that_is_listed_twice_is_one_row():
    claim = enriched(3).casualties[0]
    again = claim.model_copy(update={"claim_id": claim.claim_id.upper(), "claimant": "the governor"})
    (row,) = article_rows(enriched(3, casualties=(claim, again)))["casualty_claims"]
    assert (row["claim_id"], row["claimant"]) == (claim.claim_id, "the governor")


@pytest.mark.parametrize(
    ("part", "field"),
    [("casualties", "claim_id"), ("casualties", "part_of"), ("incidents", "mention_id"), ("incidents", "incident_id")],
)
def test_an_identifier_that_is_no_uuid_is_rejected(part, field):
    value = enriched(3)
    bad = getattr(value, part)[0].model_copy(update={field: "17"})
    with pytest.raises(Reject, match="not a UUID") as caught:
        article_entry(value.model_copy(update={part: (bad,)}))
    assert caught.value.reason == "invalid-id"


@pytest.mark.parametrize("seed", range(5))
def test_the_newest_of_each_key_is_stored_in_whatever_order_it_came(seed):
    values = [enriched(1, edit=e) for e in range(4)] + [
        enriched(2),
        incident(1, revision=5),
        incident(1),
        incident(1, revision=3),
    ]
    random.Random(seed).shuffle(values)
    entries = dict(enumerate(article_entry(v) if hasattr(v, "article") else incident_entry(v) for v in values))
    kept = [values[index] for index in newest(entries)]
    assert len(kept) == 3
    for value in (enriched(1, edit=3), enriched(2), incident(1, revision=5)):
        assert value in kept


def test_of_equal_versions_the_later_is_stored():
    entries = {0: incident_entry(incident(1)), 1: incident_entry(incident(1, article_count=9))}
    assert newest(entries) == [1]
    assert together(entries)["incidents"][0]["article_count"] == 9


def test_incidents_that_are_only_referred_to_get_a_placeholder():
    entries = {
        0: article_entry(enriched(1, incident=7)),
        1: article_entry(enriched(1, edit=1, incident=8)),
        2: incident_entry(incident(8, merged_into=named("incident", 9))),
    }
    revisions = {row["incident_id"]: row["revision"] for row in together(entries)["incidents"]}
    assert revisions == {named("incident", 7): 0, named("incident", 8): 1, named("incident", 9): 0}
