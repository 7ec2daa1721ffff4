"""The sink's SQL: a batch of rows in one transaction and a handful of statements, whatever the number of rows.

The rows of a table travel as one JSON parameter, which ``json_populate_recordset`` types by the table itself. A parent
is written where its version is not older than the stored one; then, for the parents whose version is now the stored
one, the parts that differ or are gone are deleted and the missing ones inserted. An unchanged row is never rewritten,
and the row lock on the parent keeps two writers of one article apart.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, LiteralString

from psycopg import sql
from pydantic_core import PydanticSerializationError, to_json

from contracts.model import Model
from services.runtime.metrics import POSTGRES_ROWS
from services.sink.rows import ARTICLES, INCIDENTS, Parent, Row, Rows, storable

if TYPE_CHECKING:
    from psycopg import AsyncConnection, AsyncCursor

SCHEMA = "tocsin"
# In the order of foreign keys, which is also the order of locks.
PARENTS = (INCIDENTS, ARTICLES)


async def write(connection: AsyncConnection, rows: Rows) -> dict[str, set[str]]:
    """Write rows by table, at most one for each key, in the caller's transaction.

    Returns, by parent table, the keys whose row is now the stored version: the others are older than what is stored.
    """
    answers: list[tuple[Parent, AsyncCursor[Any], AsyncCursor[Any]]] = []
    written: list[tuple[str, AsyncCursor[Any]]] = []
    async with connection.pipeline():
        for parent in PARENTS:
            batch = sorted(rows.get(parent.table, ()), key=lambda row: str(row[parent.key]))
            versions = [{name: row[name] for name in (parent.key, *parent.version)} for row in batch]
            made = await connection.execute(_upsert(parent), [as_json(batch)])
            written.append((parent.table, made))
            answers.append((parent, made, await connection.execute(_current(parent), [as_json(versions)])))
    new = {parent.table: {str(key) for key, is_new in await made.fetchall() if is_new} for parent, made, _ in answers}
    current = {parent.table: {str(key) for (key,) in await found.fetchall()} for parent, _, found in answers}
    async with connection.pipeline():
        for parent in PARENTS:
            known = current[parent.table] - new[parent.table]
            for table, numbers in parent.parts:
                parts = [row for row in rows.get(table, ()) if row[parent.key] in current[parent.table]]
                if known:
                    again = [row for row in parts if row[parent.key] in known]
                    gone = await connection.execute(_delete(parent, table, numbers), [list(known), as_json(again)])
                    written.append((table, gone))
                if parts:
                    written.append((table, await connection.execute(_insert(table), [as_json(parts)])))
    for table, cursor in written:
        POSTGRES_ROWS.labels(table).inc(max(0, cursor.rowcount))
    return current


def as_json(rows: list[Row]) -> str:
    """Serialise rows as JSON that Postgres can hold."""
    try:
        text = to_json(rows, inf_nan_mode="null").decode()
    except PydanticSerializationError:  # a lone surrogate
        text = "\\u0000"
    if "\\u0000" not in text:
        return text
    plain = json.loads(json.dumps(rows, default=_plain))
    return json.dumps(storable(plain), ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    return vars(value) if isinstance(value, Model) else str(value)


@cache
def _upsert(parent: Parent) -> bytes:
    rest = tuple(name for name in parent.columns if name != parent.key)
    return _statement(
        "INSERT INTO {table} AS old SELECT * FROM json_populate_recordset(NULL::{table}, %s::json) "
        "ON CONFLICT ({key}) DO UPDATE SET ({rest}) = ROW ({new}) "
        "WHERE ({old_version}) <= ({new_version}) AND ROW ({old}) IS DISTINCT FROM ROW ({new}) "
        "RETURNING {key}, xmax = 0",  # xmax is 0 where no row was there before
        table=sql.Identifier(SCHEMA, parent.table),
        key=sql.Identifier(parent.key),
        rest=_names(rest),
        old=_names(rest, "old"),
        new=_names(rest, "excluded"),
        old_version=_names(parent.version, "old"),
        new_version=_names(parent.version, "excluded"),
    )


@cache
def _current(parent: Parent) -> bytes:
    return _statement(
        "SELECT stored.{key} FROM {table} stored JOIN json_populate_recordset(NULL::{table}, %s::json) given "
        "ON ROW ({stored}) = ROW ({given})",
        table=sql.Identifier(SCHEMA, parent.table),
        key=sql.Identifier(parent.key),
        stored=_names((parent.key, *parent.version), "stored"),
        given=_names((parent.key, *parent.version), "given"),
    )


@cache
def _delete(parent: Parent, table: str, numbers: tuple[str, ...]) -> bytes:
    # EXCEPT is linear whatever the planner believes; with NOT EXISTS it chose to compare all with all.
    return _statement(
        "WITH gone AS (SELECT * FROM {table} WHERE {key} = ANY (%s::uuid[]) "
        "EXCEPT SELECT * FROM json_populate_recordset(NULL::{table}, %s::json)) "
        "DELETE FROM {table} old USING gone WHERE ROW ({old}) = ROW ({gone})",
        table=sql.Identifier(SCHEMA, table),
        key=sql.Identifier(parent.key),
        old=_names((parent.key, *numbers), "old"),
        gone=_names((parent.key, *numbers), "gone"),
    )


@cache
def _insert(table: str) -> bytes:
    return _statement(
        "INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s::json) ON CONFLICT DO NOTHING",
        table=sql.Identifier(SCHEMA, table),
    )


def _statement(template: LiteralString, **parts: sql.Composable) -> bytes:
    return sql.SQL(template).format(**parts).as_bytes()


def _names(names: tuple[str, ...], table: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, name) if table else sql.Identifier(name) for name in names)
