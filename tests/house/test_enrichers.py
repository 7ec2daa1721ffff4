"""Whoever adds an enricher is told in words what is still missing."""

from __future__ import annotations

import pytest

from contracts.annotation import PAYLOADS
from contracts.topics import ANNOTATIONS, RAW, READER_SERVICES, STREAM
from services.registry import ENRICHERS, SERVICES, load
from tests.house.enrichers import missing


@pytest.mark.parametrize("name", ENRICHERS)
def test_an_enricher_is_whole(name: str) -> None:
    lacks = missing(name)
    assert not lacks, "\n" + "\n".join(lacks)


def test_one_that_is_not_there_lacks_everything() -> None:
    said = "\n".join(missing("no_such_enricher"))
    for what in (
        "registry",
        "PAYLOADS",
        "READER_SERVICES",
        "RAW",
        "ANNOTATIONS",
        "folder",
        "example",
        "golden",
        "docs",
        "pyproject",
    ):
        assert what in said


def test_no_contract_speaks_of_an_enricher_that_is_not_there() -> None:
    assert set(PAYLOADS) == set(ENRICHERS)
    assert set(ANNOTATIONS.writers) == set(ENRICHERS)
    assert set(RAW.readers) == {*ENRICHERS, "assembler"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_bears_its_name_and_is_known_to_the_topics_it_reads(name: str) -> None:
    assert load(name).name == name
    reads = [topic.name for topic in STREAM if name in topic.readers]
    assert not reads or name in READER_SERVICES, (
        f"{name} reads {reads}: add it to READER_SERVICES in contracts/topics.py"
    )


@pytest.mark.parametrize("name", READER_SERVICES)
def test_dead_letters_belong_to_a_service(name: str) -> None:
    assert name in SERVICES, f"{name} has dead letters in contracts/topics.py and no line in services/registry.py"
