"""The generated files: fresh, valid, and standing alone."""

import ast
import json
import sys

import jsonschema
import pytest

from contracts import export
from contracts.annotation import PAYLOADS
from contracts.article import RawArticle
from contracts.topics import STREAM, all_topics

SCHEMAS = export.schemas()
MODELS = {topic.name: topic.model for topic in STREAM}


def test_the_generated_files_are_fresh():
    assert export.stale() == [], "run `make contracts`"


def test_a_stale_file_is_named(tmp_path, monkeypatch, capsys):
    readme = tmp_path / "README.md"
    text = export.README.read_text()
    readme.write_text(text.replace("| **span** |", "| span |"))
    monkeypatch.setattr(export, "README", readme)
    monkeypatch.setattr(export, "HERE", tmp_path)
    monkeypatch.setattr(export, "SCHEMAS", tmp_path / "schemas")
    monkeypatch.setattr(export, "FROZEN", tmp_path / "schemas" / "frozen")
    monkeypatch.setattr(export, "ASYNCAPI", tmp_path / "asyncapi.json")
    assert export.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "stale: contracts/README.md" in said
    assert "stale: contracts/schemas/incidents.v1.json" in said
    assert export.main([]) == 0
    assert export.main(["--check"]) == 0
    assert readme.read_text() == text
    (tmp_path / "schemas" / "rumours.v1.json").write_text("{}")
    assert export.stale() == ["schemas/rumours.v1.json"]


def test_freezing_takes_additions_over_and_nothing_else(tmp_path, monkeypatch, capsys):
    for name in ("SCHEMAS", "FROZEN"):
        monkeypatch.setattr(export, name, tmp_path / name.lower())
    export.main([])
    frozen = tmp_path / "frozen" / "incidents.v1.json"
    schema = json.loads(frozen.read_text())

    added = {**schema, "properties": {k: v for k, v in schema["properties"].items() if k != "part_of"}}
    frozen.write_text(json.dumps(added))
    assert export.main([]) == 0
    assert json.loads(frozen.read_text()) == added
    assert export.main(["--freeze"]) == 0
    assert json.loads(frozen.read_text()) == schema

    removed = {**schema, "properties": {**schema["properties"], "weather": {"type": "string"}}}
    frozen.write_text(json.dumps(removed))
    assert export.main(["--freeze"]) == 1
    assert json.loads(frozen.read_text()) == removed
    assert "incidents: weather: was removed" in capsys.readouterr().err


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_and_name_themselves(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == f"urn:tocsin:{name}:v1"


def test_there_is_a_schema_for_each_topic():
    assert set(SCHEMAS) == {topic.name for topic in STREAM} | {"dead-letters"}
    assert {path.name.removesuffix(".v1.json") for path in export.FROZEN.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize(
    "value",
    [
        {"title": "x"},
        {"text": "x"},
        {"title": "x", "text": "", "unknown": 1},
        {},
        {"title": "", "text": " \n"},
        {"title": 7},
        {"title": "x", "url": 7},
        {"title": "x", "published_at": None},
        {"title": "x", "attributes": {"a": 1}},
        {"title": "x", "source": "s" * 513},
    ],
    ids=str,
)
def test_schema_and_reader_agree_on_raw_articles(value):
    valid = jsonschema.Draft202012Validator(SCHEMAS["articles.raw"]).is_valid(value)
    try:
        RawArticle.read(json.dumps(value))
    except ValueError:
        assert not valid
    else:
        assert valid


@pytest.mark.parametrize(
    ("annotation", "valid"),
    [
        ({"kind": "weapons", "payload": {"weapons": []}}, True),
        ({"kind": "weapons", "payload": {"weapons": 7}}, False),
        ({"kind": "weapons", "status": "failed", "payload": {}}, True),
        ({"kind": "sanctions", "payload": {"anything": 7}}, True),
    ],
)
def test_payloads_are_typed_by_their_kind(annotation, valid):
    message = {
        "article_id": "9d3c6a0f-53a2-5c0b-8a53-6f0f4b1c2d3e",
        "content_hash": "",
        "raw": {"partition": 0, "offset": 0},
        "produced_by": {"service": "x", "version": "1"},
        "produced_at": "2024-03-21T08:00:06Z",
    }
    assert jsonschema.Draft202012Validator(SCHEMAS["articles.annotations"]).is_valid(message | annotation) == valid


def test_every_field_has_a_meaning_and_an_example():
    lacking = [
        f"{model}.{field}"
        for model, schema in export.definitions().items()
        for field, what in schema.get("properties", {}).items()
        if not what.get("description") or not (what.get("examples") or "$ref" in json.dumps(what))
    ]
    assert lacking == []


def test_examples_of_fields_are_valid():
    definitions = export.definitions()
    for model, schema in definitions.items():
        for field, what in schema.get("properties", {}).items():
            for example in what.get("examples", ()):
                validator = jsonschema.Draft202012Validator({"$defs": definitions, **what})
                assert list(validator.iter_errors(example)) == [], f"{model}.{field}"


def references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        part = part.values()
    if isinstance(part, list | type({}.values())):
        for inner in part:
            yield from references(inner)


@pytest.mark.parametrize("document", [export.asyncapi(), *SCHEMAS.values()], ids=["asyncapi", *SCHEMAS])
def test_references_resolve(document):
    for reference in references(document):
        part = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert isinstance(part, dict)


def test_the_asyncapi_document_tells_of_every_topic():
    document = export.asyncapi()
    assert {channel["address"] for channel in document["channels"].values()} == {t.full_name for t in all_topics()}
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft7Validator.check_schema(schema)
        assert name in {*export.definitions()}
    assert set(document["components"]["schemas"]) >= {payload.__name__ for payload in PAYLOADS.values()}
    sink = [name for name in document["operations"] if name.startswith("sink.")]
    assert sink == ["sink.receive.articles.enriched", "sink.receive.incidents", "sink.send.dead-letters.sink"]
    assert document["components"]["messages"]["DeadLetter"]["headers"]["required"][0] == "tocsin-topic"


@pytest.mark.parametrize("path", sorted(export.HERE.rglob("*.py")), ids=lambda path: path.name)
def test_contracts_import_nothing_but_pydantic_and_the_standard_library(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module.partition(".")[0])
    assert imported - sys.stdlib_module_names <= {"contracts", "pydantic", "pydantic_core"}
