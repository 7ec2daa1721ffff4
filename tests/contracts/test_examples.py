"""Every example message is one: it parses, survives a round trip, and its spans hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

import contracts
from contracts.annotation import PAYLOADS, Annotation
from contracts.article import AssembledArticle, EnrichedArticle, RawArticle
from contracts.dead_letter import DeadLetter
from contracts.model import Model
from contracts.spans import Span
from contracts.topics import STREAM, all_topics

EXAMPLES = Path(contracts.__file__).parent / "examples"
MODELS: dict[str, type[Model]] = {topic.name: topic.model for topic in STREAM} | {"dead-letters": DeadLetter}
CASES = [
    pytest.param(MODELS.get(path.parent.name), path, id=f"{path.parent.name}/{path.stem}")
    for path in sorted(EXAMPLES.glob("*/*.json"))
]
examples = pytest.mark.parametrize(("model", "path"), CASES)


def parse(model: type[Model], path: Path) -> Model:
    return model.from_json(path.read_bytes())


def spans(value: object) -> Iterator[Span]:
    """Walk a message and yield every span in it."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from spans(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from spans(item)


@cache
def articles() -> dict[UUID, RawArticle]:
    found = (RawArticle.read(path.read_bytes()) for path in EXAMPLES.glob("articles.raw/*.json"))
    return {article.article_id: article for article in found}


def annotated(message: Model) -> list[tuple[RawArticle, Annotation]]:
    if isinstance(message, Annotation):
        return [(articles()[message.article_id], message)]
    if isinstance(message, AssembledArticle):
        return [(message.article, annotation) for annotation in message.annotations]
    return []


def test_every_topic_has_its_examples_and_no_folder_is_without_a_topic() -> None:
    folders = {topic.name.split(".", 1)[0] if "dead-letters" in topic.name else topic.name for topic in all_topics()}
    assert folders == set(MODELS)
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == folders
    few = {name: stems for name in folders if len(stems := {p.stem for p in (EXAMPLES / name).glob("*.json")}) < 4}
    assert few == {}, "each topic has at least four examples"
    for name in folders:
        stems = {path.stem.split("-")[0] for path in (EXAMPLES / name).glob("*.json")}
        assert {"minimal", "full", "ukrainian", "hostile"} <= stems


@examples
def test_parses_and_survives_a_round_trip(model: type[Model], path: Path) -> None:
    message = parse(model, path)
    assert model.from_json(message.to_json()) == message


@examples
def test_has_no_field_that_the_model_does_not_know(model: type[Model], path: Path) -> None:
    unknown = set(json.loads(path.read_bytes())) - set(model.model_fields)
    assert not unknown or path.stem == "hostile"


@examples
def test_spans_hold(model: type[Model], path: Path) -> None:
    message = parse(model, path)
    for article, annotation in annotated(message):
        assert annotation.article_id == article.article_id
        assert annotation.content_hash == article.content_hash
        payload = PAYLOADS[annotation.kind].model_validate(annotation.payload)
        check(article, payload)
    if isinstance(message, EnrichedArticle):
        check(message.article, message)


def check(article: RawArticle, message: Model) -> None:
    for span in spans(message):
        assert getattr(article, span.field)[span.start : span.end] == span.quote


def test_full_examples_fill_every_field() -> None:
    """What a reader may meet is shown: no field of the stream's messages is left out of all examples of its topic."""
    missing = {
        f"{name}: {field}"
        for name, model in MODELS.items()
        for field in model.model_fields
        if not any(parse(model, p).model_dump().get(field) for p in (EXAMPLES / name).glob("*.json"))
    }
    assert missing == set()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("dead-letters/*.json")), ids=lambda path: path.stem)
def test_dead_letters_travel_as_headers(path: Path) -> None:
    letter = DeadLetter.from_json(path.read_bytes())
    read_back = DeadLetter.from_headers(letter.to_headers())
    told = letter.message.encode("utf-8", "replace").decode()  # a header cannot hold half a surrogate pair
    assert read_back == letter.model_copy(update={"message": told})


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"article_id": 7}'])
@pytest.mark.parametrize("model", [model for name, model in MODELS.items()], ids=list(MODELS))
def test_what_is_no_message_is_refused(model: type[Model], value: bytes) -> None:
    with pytest.raises(ValidationError):
        model.from_json(value)
