"""Rows of the public schema, made from messages: pure."""

from __future__ import annotations

import math
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.model import Model
from services.runtime.service import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.article import EnrichedArticle
    from contracts.casualties import CasualtyClaim
    from contracts.incidents import Incident, IncidentLink

Row = dict[str, Any]
Rows = dict[str, list[Row]]
LARGEST_BIGINT = 2**63 - 1

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Parent:
    """A table with versions: of two rows with one ``key`` the greater ``version`` stays.

    ``parts`` are the tables whose rows go with the parent's, each with the columns that tell these apart.
    """

    table: str
    key: str
    version: tuple[str, ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[str, ...]


ARTICLES = Parent(
    table="articles",
    key="article_id",
    version=("ingested_at", "content_hash", "enriched_at"),
    parts=(
        ("entities", ("number",)),
        ("places", ("number",)),
        ("weapon_mentions", ("number",)),
        ("casualty_claims", ("claim_id",)),
        ("incident_mentions", ("mention_id",)),
    ),
    columns=(
        *("article_id", "content_hash", "url", "source", "title", "text", "language", "published_at", "ingested_at"),
        *("attributes", "annotations", "provenance", "enriched_at", "trace_id"),
    ),
)
INCIDENTS = Parent(
    table="incidents",
    key="incident_id",
    version=("revision",),
    parts=(("toll_history", ("harm", "number")),),
    columns=(
        *("incident_id", "type", "place_id", "place_name", "place_kind", "place_country", "place_admin1", "place_city"),
        *("place_lat", "place_lon", "place_precision", "place_confidence", "place_rule"),
        *("when_start", "when_end", "when_precision", "when_basis"),
        *("killed_best", "killed_min", "killed_max", "killed_qualifier"),
        *("injured_best", "injured_min", "injured_max", "injured_qualifier"),
        *(
            "weapons",
            "article_count",
            "sources",
            "first_reported_at",
            "updated_at",
            "merged_into",
            "part_of",
            "revision",
        ),
    ),
)


@dataclass(frozen=True)
class Entry:
    """A message as it is to be stored: its rows by table, the incidents that they refer to, its size in characters."""

    table: str
    key: str
    version: tuple[Any, ...]
    rows: Rows
    refers: frozenset[str]
    size: int = 0


def article_entry(enriched: EnrichedArticle, trace_id: str | None = None) -> Entry:
    """Prepare an article. Raises ``Reject`` where an identifier is not a UUID."""
    article = enriched.article
    return Entry(
        table=ARTICLES.table,
        key=str(article.article_id),
        version=(article.ingested_at, article.content_hash, enriched.enriched_at),
        rows=article_rows(enriched, trace_id),
        refers=frozenset(
            _uuid(other)
            for link in enriched.incidents
            for other in (link.incident_id, link.part_of)
            if other is not None
        ),
        size=len(article.title) + len(article.text),
    )


def incident_entry(incident: Incident) -> Entry:
    """Prepare an incident. Raises ``Reject`` where an identifier is not a UUID."""
    return Entry(
        table=INCIDENTS.table,
        key=_uuid(incident.incident_id),
        version=(incident.revision,),
        rows=incident_rows(incident),
        refers=frozenset(_uuid(other) for other in (incident.merged_into, incident.part_of) if other is not None),
    )


def newest(entries: Mapping[int, Entry]) -> list[int]:
    """Return which entries are the newest of their key; of equal versions the later one."""
    found: dict[tuple[str, str], int] = {}
    for index, entry in entries.items():
        other = found.get((entry.table, entry.key))
        if other is None or entries[other].version <= entry.version:
            found[entry.table, entry.key] = index
    return list(found.values())


def together(entries: Mapping[int, Entry]) -> Rows:
    """Join the rows of the newest entries, with a placeholder for every incident that is only referred to.

    Superseded entries keep their references, so that the rows don't depend on how the stream was cut into batches.
    """
    rows: Rows = {}
    for index in newest(entries):
        for table, some in entries[index].rows.items():
            rows.setdefault(table, []).extend(some)
    incidents = rows.setdefault(INCIDENTS.table, [])
    known = {row[INCIDENTS.key] for row in incidents}
    incidents += map(placeholder, sorted(set().union(*(entry.refers for entry in entries.values())) - known))
    return rows


def article_rows(enriched: EnrichedArticle, trace_id: str | None = None) -> Rows:
    """Return the rows of an article by table. Raises ``Reject`` where an identifier is not a UUID."""
    key = {"article_id": str(enriched.article.article_id)}
    more = {name: getattr(enriched, name) for name in ("annotations", "provenance", "enriched_at")}
    return {
        "articles": [_row(enriched.article) | key | more | {"trace_id": trace_id}],
        "entities": _numbered(enriched.entities, key),
        "places": _numbered(enriched.places, key),
        "weapon_mentions": [_flat(row, "quantity", "span") for row in _numbered(enriched.weapons, key)],
        "casualty_claims": _unique("claim_id", (_claim(claim) | key for claim in enriched.casualties)),
        "incident_mentions": _unique("mention_id", (_mention(link) | key for link in enriched.incidents)),
    }


def incident_rows(incident: Incident) -> Rows:
    """Return the rows of an incident by table. Raises ``Reject`` where an identifier is not a UUID."""
    row = _with_uuids(_row(incident), "incident_id", "merged_into", "part_of")
    row |= {"killed": incident.killed.current, "injured": incident.injured.current}
    history = [
        _with_uuids(_flat(_row(report), "count"), "article_id", "claim_id")
        | {"incident_id": row["incident_id"], "harm": harm, "number": number}
        for harm, toll in (("killed", incident.killed), ("injured", incident.injured))
        for number, report in enumerate(toll.history)
    ]
    return {"incidents": [_flat(row, "place", "when", "killed", "injured")], "toll_history": history}


def placeholder(incident_id: str) -> Row:
    """Return the row that holds the place of an incident whose own record is still on its way."""
    return {"incident_id": incident_id, "weapons": [], "sources": [], "article_count": 0, "revision": 0}


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Replace what Postgres can't hold: NUL and lone surrogates by U+FFFD, one for one; NaN and infinity by null."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value


def _claim(claim: CasualtyClaim) -> Row:
    row = _flat(_row(claim), "count", "victims", "when", "span")
    return _with_uuids(row, "claim_id", "part_of", "same_as", "adds_to")


def _mention(link: IncidentLink) -> Row:
    row = _with_uuids(_flat(_row(link), "when", "killed", "injured"), "mention_id", "incident_id", "part_of")
    return row | {"claim_ids": [_uuid(claim_id) for claim_id in link.claim_ids]}


def _row(model: Model) -> Row:
    """Return the fields of a message as they are, parts of it as models: far cheaper than a dump."""
    return dict(vars(model))


def _numbered(items: Iterable[Model], key: Row) -> list[Row]:
    return [_row(item) | key | {"number": number} for number, item in enumerate(items)]


def _unique(column: str, rows: Iterable[Row]) -> list[Row]:
    return list({row[column]: row for row in rows}.values())


def _flat(row: Row, *fields: str) -> Row:
    """Put the parts of nested fields in their place: ``count.best`` is ``count_best``; ``place.place_id`` is itself."""
    for field in fields:
        nested = row.pop(field)
        for name, value in () if nested is None else _row(nested).items():
            stored = LARGEST_BIGINT if type(value) is int and value > LARGEST_BIGINT else value
            row[name if name.startswith(field) else f"{field}_{name}"] = stored
    return row


def _with_uuids(row: Row, *columns: str) -> Row:
    row |= {column: _uuid(row[column]) for column in columns if row[column] is not None}
    return row


def _uuid(value: str) -> str:
    if _UUID.fullmatch(value):
        return value
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Reject("invalid-id", f"not a UUID: {value[:100]!r}") from None
