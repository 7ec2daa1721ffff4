"""What a change of a JSON Schema breaks, in words.

Within a version only optional fields may be added. Programs of either schema read what programs of either write, so
both directions count: a *writer* that follows the old schema must not be refused by a new reader, and a *reader* that
was built on the old schema must not meet what it does not expect.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

# Limits by whether a greater value is the tighter one.
_LIMITS = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), True),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), False),
}
_ABSENT = object()


def breaks(old: Schema, new: Schema) -> list[str]:
    """Say what breaks between two versions of a JSON Schema (draft 2020-12, as pydantic writes them).

    Returns one sentence for each break, which begins with the path of the field; an empty list where every old and new
    program can still read what the other writes. Descriptions, titles and examples are free to change.
    """
    return list(dict.fromkeys(_Comparison(old, new).schemas(old, new, "")))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str]] = set()

    def schemas(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""))
        if all(names):
            if names in self._seen:
                return
            self._seen.add(names)
        one, two = _kinds(old, self._old), _kinds(new, self._new)
        for kind in one.keys() - two.keys():
            yield _refused(path, f"may no longer be {kind}")
        for kind in two.keys() - one.keys():
            yield _unexpected(path, f"may now be {kind}")
        for kind in one.keys() & two.keys():
            yield from self._same_kind(one[kind], two[kind], path)

    def _same_kind(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        yield from _values(old, new, path)
        yield from _limits(old, new, path)
        yield from self._fields(old, new, path)
        for part, mark in (("items", "[]"), ("additionalProperties", "{}")):
            one, two = old.get(part, True), new.get(part, True)
            if isinstance(one, dict) and isinstance(two, dict):
                yield from self.schemas(one, two, path + mark)
            elif one != two:
                loosened = two is True or one is False
                say = _unexpected if loosened else _refused
                yield say(path + mark, "is no longer limited" if loosened else "is limited now")
        if "default" in old and old["default"] != new.get("default", _ABSENT):
            yield _unexpected(path, f"means something else than {json.dumps(old['default'])} where it is left out")
        yield from self._conditions(old, new, path)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        one, two = old.get("properties", {}), new.get("properties", {})
        required, now_required = set(old.get("required", ())), set(new.get("required", ()))
        for name in one.keys() - two.keys():
            yield f"{_at(path, name)}: was removed: a reader of the old schema misses it"
        for name in sorted(now_required - required):
            yield _refused(_at(path, name), "is required now" if name in one else "is new and required")
        for name in sorted((required - now_required) & two.keys()):
            yield _unexpected(_at(path, name), "may be left out now")
        for name in one.keys() & two.keys():
            yield from self.schemas(one[name], two[name], _at(path, name))

    def _conditions(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """Compare what holds under a condition (``if``/``then``), each with the one of the same condition."""
        later = {_canonical(rule.get("if")): rule for rule in new.get("allOf", ())}
        for rule in old.get("allOf", ()):
            match = later.get(_canonical(rule.get("if")))
            if match is None:
                yield _unexpected(path, f"is no longer limited where {_canonical(rule.get('if'))}")
            else:
                yield from self.schemas(rule.get("then", {}), match.get("then", {}), path)


def _kinds(schema: Schema, root: Schema) -> dict[str, Schema]:
    """Take a schema apart by the type of value that it allows, references resolved."""
    if "$ref" in schema:
        found: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        return _kinds({**found, **{key: value for key, value in schema.items() if key != "$ref"}}, root)
    for union in ("anyOf", "oneOf"):
        if all("type" in choice or "$ref" in choice for choice in schema.get(union, [{}])):
            rest = {key: value for key, value in schema.items() if key != union}
            kinds: dict[str, Schema] = {}
            for choice in schema[union]:
                kinds |= {kind: {**rest, **one} for kind, one in _kinds(choice, root).items()}
            return kinds
    declared = schema.get("type", "anything")
    return dict.fromkeys([declared] if isinstance(declared, str) else declared, schema)


def _values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    one, two = _enumerated(old), _enumerated(new)
    if one is not None and two is not None:
        for value in sorted(one - two):
            yield _refused(path, f"may no longer be {value}")
        for value in sorted(two - one):
            yield _unexpected(path, f"may now be {value}")
    elif one is not None:
        yield _unexpected(path, "is no longer limited to a list of values")
    elif two is not None:
        yield _refused(path, "is limited to a list of values now")
    for key in ("format", "pattern", "anyOf", "oneOf"):
        if old.get(key) == new.get(key):
            continue
        if key in new:
            yield _refused(path, f"must now have the {key} {_canonical(new[key])}")
        if key in old:
            yield _unexpected(path, f"need no longer have the {key} {_canonical(old[key])}")


def _limits(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for key, greater_is_tighter in _LIMITS.items():
        one, two = old.get(key), new.get(key)
        if one == two:
            continue
        if one is None or (two is not None and (two > one) == greater_is_tighter):
            yield _refused(path, f"has a tighter {key} now, {two} after {one}")
        else:
            yield _unexpected(path, f"has a looser {key} now, {two} after {one}")


def _enumerated(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {json.dumps(schema["const"])}
    return {json.dumps(value) for value in schema["enum"]} if "enum" in schema else None


def _refused(path: str, what: str) -> str:
    return f"{path or 'the message'}: {what}: a writer of the old schema may be refused"


def _unexpected(path: str, what: str) -> str:
    return f"{path or 'the message'}: {what}: a reader of the old schema does not expect it"


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
