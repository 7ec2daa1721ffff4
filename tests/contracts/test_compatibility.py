"""What a change of a schema breaks, and for whom."""

import copy

import pytest

from contracts.compatibility import breaks
from contracts.export import broken, schemas

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "a name", "maxLength": 10},
        "side": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "kind": {"$ref": "#/$defs/Kind"},
        "weight": {"type": "number", "minimum": 0},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["name", "kind"],
    "$defs": {
        "Kind": {"type": "string", "enum": ["big", "small"]},
        "Part": {
            "type": "object",
            "properties": {"at": {"type": "string", "format": "date"}, "inner": {"$ref": "#/$defs/Part"}},
            "required": ["at"],
        },
    },
}
REFUSED, SURPRISED = "a writer of the old schema may be refused", "a reader of the old schema does not expect it"


def changed(path, value):
    """Set, or with None take away, what is at a path of a copy of the schema."""
    schema = copy.deepcopy(SCHEMA)
    *way, last = path.split("/")
    part = schema
    for step in way:
        part = part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return schema


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/name/description", "the name"),
        ("properties/name/examples", ["Ann"]),
        ("properties/added", {"type": "string"}),
        ("properties/added", {"$ref": "#/$defs/Kind"}),
        ("$defs/Part/properties/added", {"type": "integer", "default": 0}),
        ("title", "Thing"),
    ],
)
def test_what_may_change(path, value):
    assert breaks(SCHEMA, changed(path, value)) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("properties/side", None, ["side: was removed: a reader of the old schema misses it"]),
        ("properties/name", None, ["name: was removed: a reader of the old schema misses it"]),
        ("required", ["name", "kind", "side"], [f"side: is required now: {REFUSED}"]),
        ("required", ["name"], [f"kind: may be left out now: {SURPRISED}"]),
        ("properties/side", {"type": "string", "default": None}, [f"side: may no longer be null: {REFUSED}"]),
        ("properties/name/type", ["string", "null"], [f"name: may now be null: {SURPRISED}"]),
        (
            "properties/weight",
            {"type": "integer", "minimum": 0},
            [f"weight: may no longer be number: {REFUSED}", f"weight: may now be integer: {SURPRISED}"],
        ),
        ("properties/weight/minimum", 1, [f"weight: has a tighter minimum now, 1 after 0: {REFUSED}"]),
        ("properties/weight/minimum", None, [f"weight: has a looser minimum now, None after 0: {SURPRISED}"]),
        ("properties/weight/maximum", 9, [f"weight: has a tighter maximum now, 9 after None: {REFUSED}"]),
        ("properties/name/maxLength", 5, [f"name: has a tighter maxLength now, 5 after 10: {REFUSED}"]),
        ("properties/name/maxLength", 50, [f"name: has a looser maxLength now, 50 after 10: {SURPRISED}"]),
        ("properties/name/pattern", "^A", [f'name: must now have the pattern "^A": {REFUSED}']),
        ("properties/name/enum", ["Ann"], [f"name: is limited to a list of values now: {REFUSED}"]),
        ("$defs/Kind/enum", ["big"], [f'kind: may no longer be "small": {REFUSED}']),
        ("$defs/Kind/enum", ["big", "small", "vast"], [f'kind: may now be "vast": {SURPRISED}']),
        ("$defs/Kind/enum", None, [f"kind: is no longer limited to a list of values: {SURPRISED}"]),
        ("$defs/Part/properties/at/format", None, [f'parts[].at: need no longer have the format "date": {SURPRISED}']),
        ("$defs/Part/required", ["at", "inner"], [f"parts[].inner: is required now: {REFUSED}"]),
        (
            "properties/labels/additionalProperties",
            {"type": "string", "maxLength": 3},
            [f"labels{{}}: has a tighter maxLength now, 3 after None: {REFUSED}"],
        ),
        ("properties/labels/additionalProperties", False, [f"labels{{}}: is limited now: {REFUSED}"]),
        ("properties/labels/additionalProperties", True, [f"labels{{}}: is no longer limited: {SURPRISED}"]),
        (
            "properties/side/default",
            "none",
            [f"side: means something else than null where it is left out: {SURPRISED}"],
        ),
        (
            "anyOf",
            [{"required": ["side"]}],
            [f'the message: must now have the anyOf [{{"required": ["side"]}}]: {REFUSED}'],
        ),
    ],
)
def test_what_breaks_is_said_in_words(path, value, expected):
    assert sorted(breaks(SCHEMA, changed(path, value))) == sorted(expected)


def test_a_new_required_field_breaks_writers():
    new = changed("properties/added", {"type": "string"})
    new["required"] = ["name", "kind", "added"]
    assert breaks(SCHEMA, new) == [f"added: is new and required: {REFUSED}"]


def test_a_condition_holds_on():
    rule = {
        "if": {"properties": {"kind": {"const": "big"}}},
        "then": {"properties": {"parts": {"minItems": 1, "type": "array"}}},
    }
    other = copy.deepcopy(rule)
    other["then"]["properties"]["parts"]["minItems"] = 2
    old, new = changed("allOf", [rule]), changed("allOf", [other])
    assert breaks(old, old) == []
    assert breaks(old, new) == [f"parts: has a tighter minItems now, 2 after 1: {REFUSED}"]
    assert len(breaks(old, SCHEMA)) == 1


@pytest.mark.parametrize("name", schemas())
def test_every_change_of_a_real_schema_is_noticed(name):
    """Take away each property of each part in turn: each time somebody misses it."""
    old = schemas()[name]
    for part in (old, *old.get("$defs", {}).values()):
        for field in list(part.get("properties", ())):
            kept = part["properties"].pop(field)
            missed = breaks({**copy.deepcopy(old), **restored(old, part, field, kept)}, old)
            part["properties"][field] = kept
            assert any(field in sentence for sentence in missed), field


def restored(schema, part, field, kept):
    """Return what makes the schema whole again that lost a field."""
    whole = {**part, "properties": {**part["properties"], field: kept}}
    if part is schema:
        return {"properties": whole["properties"]}
    return {"$defs": {name: whole if other is part else other for name, other in schema["$defs"].items()}}


def test_the_contracts_keep_what_is_frozen():
    assert broken() == []
