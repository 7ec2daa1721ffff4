"""The runbook's SQL works on the schema as it is."""

import re
from pathlib import Path

import psycopg

RUNBOOK = (Path(__file__).resolve().parents[3] / "deploy" / "RUNBOOK.md").read_text("utf-8")
IN_QUOTES = re.findall(
    r"""psql -U postgres(?: tocsin)? -c (?:"((?:SELECT|SHOW)[^"]+)"|'((?:SELECT|SHOW)[^']+)')""", RUNBOOK
)
IN_PROSE = re.findall(r"`(SELECT[^`]+)`", RUNBOOK)
QUERIES = [double or single for double, single in IN_QUOTES] + IN_PROSE


def test_every_query_runs(dsn: str) -> None:
    assert len(QUERIES) == RUNBOOK.count("SELECT ") - RUNBOOK.count("(SELECT ") + RUNBOOK.count("SHOW ")
    with psycopg.connect(dsn) as connection:
        for query in QUERIES:
            connection.execute(query.replace("(pid)", "(0)") if " FROM " not in query else query)
