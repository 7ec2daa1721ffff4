"""What a replay would change: rows as they are stored against rows as this version would write them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.spans import Span
from services.sink.rows import article_rows
from services.sink.write import as_json

if TYPE_CHECKING:
    import psycopg

    from contracts.article import EnrichedArticle

TABLES = {
    "entities": ("entities", "places"),
    "weapons": ("weapon_mentions",),
    "casualties": ("casualty_claims",),
}
LINKS = "incident_mentions"
# What tells which row became which: what it is said of, else what it is.
_IDENTITY = (("span_field", "span_start", "span_end"), ("mention_id",), ("place_id",), ("label", "name"))


@dataclass(frozen=True)
class Difference:
    """A row that this version would change, drop or add, with the article that it is of."""

    table: str
    article: EnrichedArticle
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @property
    def kind(self) -> str:
        """Return ``gone``, ``new``, ``changed``, or ``reweighed`` where confidence and its reasons alone differ."""
        if self.new is None or self.old is None:
            return "gone" if self.new is None else "new"
        return "reweighed" if self.fields.keys() <= {"confidence", "evidence"} else "changed"

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """Return the columns that differ: as stored, and as they would be."""
        old, new = self.old or {}, self.new or {}
        return {n: (old.get(n), new.get(n)) for n in sorted(old.keys() | new.keys()) if old.get(n) != new.get(n)}

    def span(self) -> Span | None:
        """Return where the article says it, None for what stands in several places or none."""
        row = self.new or self.old or {}
        if row.get("span_quote") is not None:
            return Span(field=row["span_field"], start=row["span_start"], end=row["span_end"], quote=row["span_quote"])
        spans = row.get("spans") or []
        return Span(**spans[0]) if spans else None


@dataclass
class Shadow:
    """The comparison so far: rows by table and kind of difference, articles by what became of them."""

    tables: Sequence[str]
    rows: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    articles: Counter[str] = field(default_factory=Counter)

    def compare(self, connection: psycopg.Connection, made: Iterable[EnrichedArticle]) -> list[Difference]:
        """Compare articles with what is stored of them; other versions of an article are only counted."""
        articles = {str(one.article.article_id): one for one in made}
        stored = connection.execute(
            "SELECT article_id::text, content_hash, ingested_at FROM tocsin.articles"
            " WHERE article_id = ANY(%s::uuid[])",
            (list(articles),),
        ).fetchall()
        current = {}
        for article_id, content_hash, ingested_at in stored:
            one = articles[article_id].article
            if (content_hash, ingested_at) == (one.content_hash, one.ingested_at):
                current[article_id] = articles[article_id]
        self.articles["compared"] += len(current)
        self.articles["superseded"] += len(stored) - len(current)
        self.articles["not stored yet"] += len(articles) - len(stored)
        found = [d for table in self.tables for d in self._differences(connection, table, current)]
        self.articles["changed"] += len({d.article.article.article_id for d in found})
        return found

    def _differences(
        self, connection: psycopg.Connection, table: str, articles: dict[str, EnrichedArticle]
    ) -> list[Difference]:
        rows = [row for one in articles.values() for row in article_rows(one)[table]]
        old, new = _stored(connection, table, list(articles)), _typed(connection, table, rows)
        found = []
        for article_id, article in articles.items():
            was, now = Counter(old[article_id]), Counter(new[article_id])
            self.rows[table]["same"] += (was & now).total()
            pairs = _paired(
                [json.loads(r) for r in (was - now).elements()], [json.loads(r) for r in (now - was).elements()]
            )
            found += [Difference(table, article, *pair) for pair in pairs]
        self.rows[table].update(d.kind for d in found)
        return found


def _stored(connection: psycopg.Connection, table: str, article_ids: list[str]) -> dict[str, list[str]]:
    query = (
        "SELECT t.article_id::text, (to_jsonb(t) - 'number' - 'article_id')::text"  # noqa: S608 - a name of our own
        f" FROM tocsin.{table} t WHERE t.article_id = ANY(%s::uuid[])"
    )
    return _by_article(connection.execute(query, (article_ids,)).fetchall())


def _typed(connection: psycopg.Connection, table: str, rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Let Postgres say how it would store rows, without storing them."""
    query = (
        "SELECT t.article_id::text, (to_jsonb(t) - 'number' - 'article_id')::text"  # noqa: S608 - a name of our own
        f" FROM json_populate_recordset(NULL::tocsin.{table}, %s::json) t"
    )
    return _by_article(connection.execute(query, (as_json(rows),)).fetchall())


def _by_article(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for article_id, row in rows:
        found[article_id].append(row)
    return found


Row = dict[str, Any]


def _paired(old: list[Row], new: list[Row]) -> list[tuple[Row | None, Row | None]]:
    """Pair rows that are of the same words, or of the same thing."""
    waiting: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in old:
        waiting[_identity(row)].append(row)
    pairs: list[tuple[Row | None, Row | None]] = []
    for row in new:
        others = waiting[_identity(row)]
        pairs.append((others.pop(0) if others else None, row))
    return pairs + [(row, None) for rows in waiting.values() for row in rows]


def _identity(row: Row) -> tuple[Any, ...]:
    names = next((names for names in _IDENTITY if all(row.get(n) is not None for n in names)), ())
    return tuple(row[name] for name in names)
