"""Rows of the public schema, made from messages: pure."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.runtime.service import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.article import EnrichedArticle
    from contracts.incidents import Incident

Row = dict[str, Any]
Rows = dict[str, list[Row]]
LARGEST_BIGINT = 2**63 - 1

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Parent:
    """A table with versions: of two rows with one ``key`` the greater ``version`` stays."""

    table: str
    key: str
    version: tuple[str, ...]
    parts: Mapping[str, str]
    """The tables whose rows go with the parent's, each with the column that numbers them."""


ARTICLES = Parent(
    "articles",
    "article_id",
    ("ingested_at", "content_hash", "enriched_at"),
    {
        "entities": "number",
        "places": "number",
        "weapon_mentions": "number",
        "casualty_claims": "claim_id",
        "incident_mentions": "mention_id",
    },
)
INCIDENTS = Parent("incidents", "incident_id", ("revision",), {"toll_history": "harm, number"})


def article_version(enriched: EnrichedArticle) -> tuple[Any, ...]:
    """Return what orders the versions of an article: the newest wins."""
    return (enriched.article.ingested_at, enriched.article.content_hash, enriched.enriched_at)


def article_rows(enriched: EnrichedArticle) -> Rows:
    """Return the rows of an article by table. Raises ``Reject`` where an identifier is not a UUID."""
    said = enriched.model_dump(mode="json")
    article = said["article"] | {"provenance": said["provenance"], "enriched_at": said["enriched_at"]}
    key = {"article_id": article["article_id"]}
    return {
        "articles": [article],
        "entities": _numbered(said["entities"], key),
        "places": _numbered(said["places"], key),
        "weapon_mentions": [_flat(row, "quantity", "span") for row in _numbered(said["weapons"], key)],
        "casualty_claims": _unique("claim_id", (key | _claim(claim) for claim in said["casualties"])),
        "incident_mentions": _unique("mention_id", (key | _mention(mention) for mention in said["incidents"])),
    }


def incident_rows(incident: Incident) -> Rows:
    """Return the rows of an incident by table. Raises ``Reject`` where an identifier is not a UUID."""
    said = _with_uuids(incident.model_dump(mode="json"), "incident_id", "merged_into", "part_of")
    history = [
        {"incident_id": said["incident_id"], "harm": harm}
        | {"number": number}
        | _with_uuids(_flat(report, "count"), "article_id", "claim_id")
        for harm in ("killed", "injured")
        for number, report in enumerate(said[harm]["history"])
    ]
    for harm in ("killed", "injured"):
        said[harm] = said[harm]["current"]
    return {"incidents": [_flat(said, "place", "when", "killed", "injured")], "toll_history": history}


def referred(enriched: EnrichedArticle) -> set[str]:
    """Return the incidents that an article's rows refer to."""
    return {_uuid(link.incident_id) for link in enriched.incidents}


def related(incident: Incident) -> set[str]:
    """Return the other incidents that an incident's row refers to."""
    return {_uuid(other) for other in (incident.merged_into, incident.part_of) if other is not None}


def placeholder(incident_id: str) -> Row:
    """Return the row that holds the place of an incident whose own record is still on its way."""
    return {"incident_id": incident_id, "weapons": [], "sources": [], "article_count": 0, "revision": 0}


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Replace NUL and lone surrogates, which Postgres can't hold, by U+FFFD: one for one, so that offsets hold."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value


def _claim(claim: Row) -> Row:
    return _with_uuids(_flat(claim, "count", "victims", "when", "span"), "claim_id", "part_of", "same_as")


def _mention(mention: Row) -> Row:
    row = _with_uuids(_flat(mention, "when", "killed", "injured"), "mention_id", "incident_id")
    return row | {"claim_ids": [_uuid(claim_id) for claim_id in row["claim_ids"]]}


def _numbered(items: list[Row], key: Row) -> list[Row]:
    return [key | {"number": number} | item for number, item in enumerate(items)]


def _unique(column: str, rows: Iterable[Row]) -> list[Row]:
    return list({row[column]: row for row in rows}.values())


def _flat(row: Row, *fields: str) -> Row:
    """Put the parts of nested fields in their stead: ``count.best`` is ``count_best``, ``place.place_id`` ``place_id``."""
    flat = {name: value for name, value in row.items() if name not in fields}
    for field in fields:
        for name, value in (row[field] or {}).items():
            stored = min(value, LARGEST_BIGINT) if isinstance(value, int) else value
            flat[name if name.startswith(field) else f"{field}_{name}"] = stored
    return flat


def _with_uuids(row: Row, *columns: str) -> Row:
    return row | {column: _uuid(row[column]) for column in columns if row[column] is not None}


def _uuid(value: str) -> str:
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Reject("invalid-id", f"not a UUID: {value[:100]!r}") from None
