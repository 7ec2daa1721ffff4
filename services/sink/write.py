"""The sink's SQL: a batch of rows in one transaction and a handful of statements, whatever the number of rows.

The rows of a table travel as one JSON parameter, which ``json_populate_recordset`` types by the table itself. A parent
is written where its version is not older than the stored one; then, for the parents whose version is now the stored
one, the parts that differ or are gone are deleted and the missing ones inserted. An unchanged row is never rewritten,
and the row lock on the parent keeps two writers of one article apart.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, LiteralString

from psycopg import sql

from services.sink.rows import ARTICLES, INCIDENTS, Parent, Row, Rows, storable

if TYPE_CHECKING:
    from psycopg import AsyncConnection, AsyncCursor

SCHEMA = "tocsin"
# In the order of foreign keys, which is also the order of locks.
PARENTS = (INCIDENTS, ARTICLES)

_NEEDS_CARE = re.compile("\\\\u0000|[\ud800-\udfff]")


async def write(connection: AsyncConnection, rows: Rows) -> dict[str, set[str]]:
    """Write rows by table, at most one for each key, in the caller's transaction.

    Returns, by parent table, the keys whose row is now the stored version: the others are older than what is stored.
    """
    current: dict[str, AsyncCursor[Any]] = {}
    async with connection.pipeline():
        for parent in PARENTS:
            batch = sorted(rows.get(parent.table, ()), key=lambda row: str(row[parent.key]))
            if not batch:
                continue
            await connection.execute(_upsert(parent), [as_json(batch)])
            versions = as_json([{name: row[name] for name in (parent.key, *parent.version)} for row in batch])
            for table, numbers in parent.parts:
                parts = as_json(rows.get(table, []))
                await connection.execute(_delete(parent, table, numbers), [versions, parts])
                await connection.execute(_insert(parent, table), [versions, parts])
            current[parent.table] = await connection.execute(_current(parent), [versions])
    return {table: {str(key) for (key,) in await cursor.fetchall()} for table, cursor in current.items()}


def as_json(rows: list[Row]) -> str:
    """Serialise rows as JSON that Postgres can hold."""
    try:
        text = _dumps(rows)
    except ValueError:  # NaN or infinity
        return _dumps(storable(rows))
    return _dumps(storable(rows)) if _NEEDS_CARE.search(text) else text


def _dumps(rows: list[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@cache
def _upsert(parent: Parent) -> bytes:
    rest = tuple(name for name in parent.columns if name != parent.key)
    return _statement(
        "INSERT INTO {table} AS old SELECT * FROM json_populate_recordset(NULL::{table}, %s::json) "
        "ON CONFLICT ({key}) DO UPDATE SET ({rest}) = ROW ({new}) "
        "WHERE ({old_version}) <= ({new_version}) AND ROW ({old}) IS DISTINCT FROM ROW ({new})",
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
    return _statement("{current}", current=_current_query(parent))


@cache
def _delete(parent: Parent, table: str, numbers: tuple[str, ...]) -> bytes:
    return _statement(
        "WITH current AS ({current}) DELETE FROM {table} old USING current "
        "WHERE old.{key} = current.{key} AND NOT EXISTS "
        "(SELECT FROM json_populate_recordset(NULL::{table}, %s::json) new "
        "WHERE ROW ({new}) = ROW ({old}) AND new IS NOT DISTINCT FROM old)",
        current=_current_query(parent),
        table=sql.Identifier(SCHEMA, table),
        key=sql.Identifier(parent.key),
        new=_names((parent.key, *numbers), "new"),
        old=_names((parent.key, *numbers), "old"),
    )


@cache
def _insert(parent: Parent, table: str) -> bytes:
    return _statement(
        "WITH current AS ({current}) INSERT INTO {table} "
        "SELECT new.* FROM json_populate_recordset(NULL::{table}, %s::json) new JOIN current USING ({key}) "
        "ON CONFLICT DO NOTHING",
        current=_current_query(parent),
        table=sql.Identifier(SCHEMA, table),
        key=sql.Identifier(parent.key),
    )


def _current_query(parent: Parent) -> sql.Composed:
    """Select the keys whose stored version is the given one."""
    return sql.SQL(
        "SELECT stored.{key} FROM {table} stored JOIN json_populate_recordset(NULL::{table}, %s::json) given "
        "ON ROW ({stored}) = ROW ({given})"
    ).format(
        table=sql.Identifier(SCHEMA, parent.table),
        key=sql.Identifier(parent.key),
        stored=_names((parent.key, *parent.version), "stored"),
        given=_names((parent.key, *parent.version), "given"),
    )


def _statement(template: LiteralString, **parts: sql.Composable) -> bytes:
    return sql.SQL(template).format(**parts).as_bytes()


def _names(names: tuple[str, ...], table: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, name) if table else sql.Identifier(name) for name in names)
