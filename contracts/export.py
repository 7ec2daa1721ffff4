"""Write what the contracts say: JSON Schemas, the AsyncAPI document and the tables of the README.

    python -m contracts.export            write them anew
    python -m contracts.export --check    say which are stale; exit code 1 if any is
    python -m contracts.export --freeze   take compatible additions over into the frozen schemas

A frozen schema (``schemas/frozen``) is what programs out there were built on. It is written when there is none yet, and
after that only by ``--freeze``, which refuses where something breaks.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from contracts.annotation import PAYLOADS, Annotation
from contracts.article import RawArticle
from contracts.compatibility import breaks
from contracts.dead_letter import HEADER_PREFIX, DeadLetter
from contracts.model import Model
from contracts.topics import PREFIX, STREAM, VERSION, Topic, all_topics

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
FROZEN = SCHEMAS / "frozen"
ASYNCAPI = HERE / "asyncapi.json"
README = HERE / "README.md"

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DEAD_LETTERS = "dead-letters"
KAFKA_BINDING = "0.5.0"
# What every reader fills in: no default that a producer could rely on.
FILLED_IN = ("article_id", "content_hash", "ingested_at")

Json = dict[str, Any]


def definitions(prefix: str = "#/$defs/") -> dict[str, Json]:
    """Return the JSON Schema of every model by name: what a writer must send and a reader must take."""
    models = dict.fromkeys((*(topic.model for topic in all_topics()), *PAYLOADS.values()))
    _, made = models_json_schema([(model, "validation") for model in models], ref_template=prefix + "{model}")
    found: dict[str, Json] = made["$defs"]
    raw, annotation = found[RawArticle.__name__], found[Annotation.__name__]
    for field in FILLED_IN:
        raw["properties"][field].pop("default", None)
    raw["anyOf"] = [{"required": [field], "properties": {field: {"pattern": r"\S"}}} for field in ("title", "text")]
    annotation["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}, "status": {"const": "ok"}}, "required": ["kind"]},
            "then": {"properties": {"payload": {"$ref": prefix + payload.__name__}}},
        }
        for kind, payload in PAYLOADS.items()
    ]
    return dict(sorted(found.items()))


def schemas() -> dict[str, Json]:
    """Return the JSON Schema of each topic's message by name of the topic; all dead letters have one."""
    known = definitions()
    models: dict[str, type[Model]] = {topic.name: topic.model for topic in STREAM} | {DEAD_LETTERS: DeadLetter}
    made = {}
    for name, model in models.items():
        parts = {part: known[part] for part in sorted(_used(known[model.__name__], known) - {model.__name__})}
        head = {"$schema": DIALECT, "$id": f"urn:{PREFIX}:{name}:{VERSION}"}
        made[name] = head | known[model.__name__] | ({"$defs": parts} if parts else {})
    return made


def asyncapi() -> Json:
    """Return the AsyncAPI 3.0 document of all topics: channels, messages, and who sends and receives them."""
    models = dict.fromkeys(topic.model for topic in all_topics())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tocsin",
            "version": VERSION.removeprefix("v") + ".0.0",
            "description": "News on armed conflict in, a live and checkable ledger of incidents out, over Kafka.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in all_topics()},
        "operations": {
            f"{_slug(service)}.{action}.{topic.name}": _operation(topic, service, action)
            for topic in all_topics()
            for action, services in (("send", topic.writers), ("receive", topic.readers))
            for service in services
        },
        "components": {
            "messages": {model.__name__: _message(model) for model in models},
            "schemas": definitions("#/components/schemas/"),
        },
    }


def readme(text: str) -> str:
    """Return the README with the tables between its markers made anew."""
    for name, table in (("topics", _topic_table()), ("codebook", _codebook())):
        start, end = f"<!-- {name}: generated -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n\n{table}\n\n{end}{after}"
    return text


def generated() -> dict[Path, str]:
    """Return the text of every generated file, frozen schemas aside."""
    files = {SCHEMAS / f"{name}.{VERSION}.json": _text(schema) for name, schema in schemas().items()}
    return files | {ASYNCAPI: _text(asyncapi()), README: readme(README.read_text("utf-8"))}


def stale() -> list[str]:
    """Name the generated files that are not what the contracts say, and schema files that belong to no topic."""
    files = generated()
    wrong = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    orphans = [path for path in SCHEMAS.glob("*.json") if path not in files]
    return sorted(str(path.relative_to(HERE)) for path in wrong + orphans)


def broken() -> list[str]:
    """Say what the contracts break of the frozen schemas."""
    current = schemas()
    sentences = []
    for path in sorted(FROZEN.glob("*.json")):
        name = path.name.removesuffix(f".{VERSION}.json")
        old = json.loads(path.read_text("utf-8"))
        found = breaks(old, current[name]) if name in current else ["the topic is gone"]
        sentences += [f"{name}: {sentence}" for sentence in found]
    return sentences


def main(argv: list[str] | None = None) -> int:
    """Write, check or freeze; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m contracts.export", description=(__doc__ or "").split("\n", 1)[0])
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="say which files are stale and what breaks; write nothing")
    how.add_argument("--freeze", action="store_true", help="take compatible additions over into the frozen schemas")
    options = parser.parse_args(argv)
    complaints = [f"breaks readers or writers of {VERSION}: {sentence}" for sentence in broken()]
    if options.check:
        complaints += [f"stale: contracts/{name}; `python -m contracts.export` writes it" for name in stale()]
    else:
        for path, text in generated().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        FROZEN.mkdir(exist_ok=True)
        for name, schema in schemas().items():
            path = FROZEN / f"{name}.{VERSION}.json"
            if not path.exists() or (options.freeze and not complaints):
                path.write_text(_text(schema), "utf-8")
    for complaint in complaints:
        sys.stderr.write(f"{complaint}\n")
    return 1 if complaints else 0


def _used(schema: object, known: dict[str, Json]) -> set[str]:
    """Name the definitions that a schema refers to, directly or by way of others."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(known[name])
            waiting += part.values()
    return found


def _channel(topic: Topic) -> Json:
    settings: Json = {
        key: value.split(",") if key == "cleanup.policy" else int(value) for key, value in topic.settings().items()
    }
    name = topic.model.__name__
    kafka: Json = {"topic": topic.full_name, "topicConfiguration": settings, "bindingVersion": KAFKA_BINDING}
    if topic.partitions is not None:
        kafka["partitions"] = topic.partitions
    return {
        "address": topic.full_name,
        "title": topic.name,
        "description": f"{_sentence(topic.title)} Key: {topic.key}. Partition: {topic.partitioning}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": kafka},
    }


def _operation(topic: Topic, service: str, action: str) -> Json:
    operation: Json = {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "title": f"{service}: {action} {topic.name}",
        "tags": [{"name": _slug(service)}],
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.model.__name__}"}],
    }
    if action == "receive" and topic in STREAM and not service.startswith("any "):
        group = {"type": "string", "const": f"{PREFIX}.{service}"}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": KAFKA_BINDING}}
    return operation


def _message(model: type[Model]) -> Json:
    message: Json = {
        "name": model.__name__,
        "title": model.__name__,
        "summary": _first_line(model),
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": KAFKA_BINDING}},
    }
    if model is DeadLetter:
        message |= {
            "contentType": "application/octet-stream",
            "payload": {"description": "the original value, byte for byte"},
            "headers": _headers(),
        }
    return message


def _headers() -> Json:
    """Return the schema of a dead letter's record headers: the fields of ``DeadLetter``, each as text in UTF-8."""
    schema = definitions()[DeadLetter.__name__]
    return {
        "type": "object",
        "properties": {
            HEADER_PREFIX + name: {"type": "string", "description": field["description"]}
            for name, field in schema["properties"].items()
        },
        "required": [HEADER_PREFIX + name for name in schema["required"]],
    }


def _topic_table() -> str:
    rows = [
        "| topic | message | key | partition | kept | written by | read by |",
        "|---|---|---|---|---|---|---|",
    ]
    days = 24 * 3600 * 1000
    for topic in all_topics():
        kept = "the latest of each key" if topic.compacted else f"{topic.retention_ms // days} days"
        name = DEAD_LETTERS if topic.model is DeadLetter else topic.name
        model = topic.model.__name__
        cells = (
            f"[`{topic.full_name}`](schemas/{name}.{VERSION}.json)",
            f"[{model}](#{model.lower()})",
            topic.key,
            topic.partitioning,
            kept,
            ", ".join(topic.writers),
            ", ".join(topic.readers),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _codebook() -> str:
    known = definitions("#")
    return "\n\n".join(_chapter(name, schema) for name, schema in known.items())


def _chapter(name: str, schema: Json) -> str:
    head = f"### {name}\n\n{schema.get('description', '').replace('``', '`')}".rstrip()
    if "enum" in schema:
        return f"{head}\n\n{', '.join(f'`{value}`' for value in schema['enum'])}"
    required = schema.get("required", ())
    rows = ["| field | type | meaning | example |", "|---|---|---|---|"]
    for field, what in schema["properties"].items():
        mark = "**" if field in required else ""
        rows.append(f"| {mark}{field}{mark} | {_type(what)} | {what.get('description', '')} | {_example(what)} |")
    return f"{head}\n\n" + "\n".join(rows)


def _type(schema: Json) -> str:
    """Say a type in words."""
    match schema:
        case {"$ref": str(reference)}:
            name = reference.removeprefix("#")
            said = f"[{name}](#{name.lower()})"
        case {"anyOf": list(choices)}:
            said = " or ".join(map(_type, choices))
        case {"enum": list(values)}:
            said = ", ".join(f"`{value}`" for value in values)
        case {"type": kind, "minimum": low, "maximum": high}:
            said = f"{kind}, {low:g} to {high:g}"
        case {"type": "array", "items": inner}:
            said = f"list of {_type(inner)}"
        case {"type": "object", "additionalProperties": dict(inner)}:
            said = f"object of {_type(inner)}"
        case _:
            said = str(schema.get("format", schema.get("type", "anything")))
    return said


def _example(schema: Json) -> str:
    if schema.get("examples"):
        return f"`{json.dumps(schema['examples'][0], ensure_ascii=False)}`"
    return "see there" if "#" in json.dumps(schema) else ""


def _first_line(model: type[Model]) -> str:
    return (model.__doc__ or "").strip().split("\n", 1)[0]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _slug(service: str) -> str:
    return service.replace(" ", "-")


def _text(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
