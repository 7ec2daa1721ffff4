"""The rows of the public schema, made comparable between two runs over the same articles."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import psycopg

TABLES = (
    "articles", "entities", "places", "weapon_mentions", "casualty_claims", "incidents", "incident_mentions", "toll_history",
)  # fmt: skip
VOLATILE = {"ingested_at", "enriched_at", "provenance", "revision", "merged_into", "trace_id"}


@dataclass(frozen=True)
class Difference:
    """Rows of the undisturbed run that are missing, rows too many, and rows that say something else."""

    lost: int
    double: int
    different: int


def snapshot(dsn: str) -> dict[str, Counter[str]]:
    """Read every table as a bag of rows.

    Left out: when, how fast and under which trace a row was made, and how often an incident was revised. An incident has the name of the
    smallest mention in it here, since its own depends on which article came first.
    """
    with psycopg.connect(dsn) as connection:
        connection.execute("SET timezone = 'UTC'")
        names = dict(
            connection.execute(
                "SELECT incident_id::text, min(mention_id::text) FROM tocsin.incident_mentions GROUP BY 1"
            ).fetchall()
        )
        tables = {}
        for table in TABLES:
            rows = connection.execute(f"SELECT row_to_json(t)::text FROM tocsin.{table} t").fetchall()
            tables[table] = Counter(_plain(json.loads(row), names) for (row,) in rows)
    return tables


def _plain(row: dict[str, object], names: dict[str, str]) -> str:
    kept = {k: v for k, v in row.items() if k not in VOLATILE}
    if "incident_id" in kept:
        kept["incident_id"] = names.get(str(kept["incident_id"]), "no mention")
    if "part_of" in kept:  # of an incident; a claim's is the same in every run
        kept["part_of"] = names.get(str(kept["part_of"]), kept["part_of"])
    if "evidence" in kept:
        kept.pop("evidence")  # whether a mention founded the incident or joined it depends on the order of arrival
        kept.pop("confidence", None)
    return json.dumps(kept, sort_keys=True)


def compare(undisturbed: dict[str, Counter[str]], run: dict[str, Counter[str]]) -> Difference:
    """Compare row by row; a row of the same key with other content is different, not lost and double."""
    lost = double = different = 0
    for table in TABLES:
        missing, extra = undisturbed[table] - run[table], run[table] - undisturbed[table]
        keys = Counter(_key(table, row) for row in missing.elements())
        others = Counter(_key(table, row) for row in extra.elements())
        changed = sum((keys & others).values())
        different += changed
        lost += sum(missing.values()) - changed
        double += sum(extra.values()) - changed
    return Difference(lost, double, different)


def _key(table: str, row: str) -> str:
    fields = json.loads(row)
    names = {
        "articles": ("article_id",), "incidents": ("incident_id",), "incident_mentions": ("mention_id",),
        "casualty_claims": ("article_id", "claim_id"), "toll_history": ("incident_id", "harm", "number"),
    }.get(table, ("article_id", "number"))  # fmt: skip
    return json.dumps([fields.get(n) for n in names])
