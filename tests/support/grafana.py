"""What the committed dashboards ask, and what Grafana makes of a query before it sends it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deploy.grafana.panels import FOLDER

BOARDS: dict[str, dict[str, Any]] = {p.stem: json.loads(p.read_text("utf-8")) for p in sorted(FOLDER.glob("*.json"))}


def panels(board: str) -> list[dict[str, Any]]:
    """List the panels of a dashboard, those in rows too, without the rows themselves."""
    found: list[dict[str, Any]] = []
    for panel in BOARDS[board]["panels"]:
        found += panel["panels"] if panel["type"] == "row" and panel.get("panels") else [panel]
    return [p for p in found if p["type"] != "row"]


def asked(field: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield a name, the panel and the target of every query that has ``field`` (``expr`` or ``rawSql``)."""
    for board in BOARDS:
        for panel in panels(board):
            for target in panel.get("targets", ()):
                if field in target:
                    yield f"{board}: {panel['title']} {target['refId']}", panel, target


def promql(expression: str, rate_interval: str = "5m", service: str = ".*") -> str:
    """Put variables into an expression."""
    return expression.replace("$__rate_interval", rate_interval).replace("$service", service)


def sql(query: str, start: str, end: str, variables: Mapping[str, str | Sequence[str]]) -> str:
    """Put variables and macros into a query; ``start`` and ``end`` are RFC 3339."""

    def quoted(match: re.Match[str]) -> str:
        value = variables[match[1]]
        values = [value] if isinstance(value, str) else value
        return ",".join("'" + v.replace("'", "''") + "'" for v in values)

    query = re.sub(r"\$\{(\w+):sqlstring\}", quoted, query)
    query = query.replace("$__timeFrom()", f"'{start}'").replace("$__timeTo()", f"'{end}'")
    assert "$" not in query, query
    return query
