"""The dashboards are what their code makes, say what they show, and ask for what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import srsly

from deploy.grafana.panels import FOLDER, as_json
from deploy.grafana.registry import DASHBOARDS
from services.runtime import metrics
from tests.house.tables import ROOT
from tests.support.grafana import BOARDS, asked, panels, promql
from tests.support.promql import PROMETHEUS, asked_metrics, known_metrics

PANELS = [(board, panel) for board in BOARDS for panel in panels(board)]
EXPRESSIONS = [(name, target["expr"]) for name, _, target in asked("expr")]
GRAFANA = srsly.read_yaml(ROOT / "docker-compose.yml")["services"]["grafana"]
PROVISIONED = ROOT / "deploy" / "grafana" / "provisioning"


def ids(cases: list[tuple[Any, ...]]) -> list[str]:
    return [case[0] if isinstance(case[0], str) and case[0] not in BOARDS else case[1]["title"] for case in cases]


def test_the_committed_files_are_those_of_the_code() -> None:
    made = {f"{name}.json": as_json(build()) for name, build in DASHBOARDS.items()}
    assert {p.name: p.read_text("utf-8") for p in FOLDER.iterdir()} == made, "run python -m deploy.grafana"


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=ids(PANELS))
def test_a_panel_says_what_it_shows(board: str, panel: dict[str, Any]) -> None:
    title = panel["title"]
    assert re.search(r"\?$|\(.+\)\??$", title), "a question, or a quantity with its unit in brackets"
    assert panel["description"].endswith(".") or panel["description"].endswith("`.")
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert steps[0]["value"] is None
    assert panel["targets"]
    assert panel["datasource"]["uid"] in {"prometheus", "ledger"}


@pytest.mark.parametrize("board", BOARDS)
def test_no_two_panels_have_one_title_or_one_place(board: str) -> None:
    titles = [panel["title"] for panel in panels(board)]
    assert sorted(set(titles)) == sorted(titles)
    cells = [
        (x, y)
        for panel in panels(board)
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS, ids=ids(EXPRESSIONS))
def test_an_expression_asks_for_what_is_measured(name: str, expression: str) -> None:
    names = asked_metrics(promql(expression))
    assert names
    assert names - known_metrics() == set()


def test_no_metric_is_left_out() -> None:
    asked = {name for _, expression in EXPRESSIONS for name in asked_metrics(promql(expression))}
    rules = [
        r
        for f in ("alerts", "recording")
        for g in srsly.read_yaml(PROMETHEUS / f"{f}.yml")["groups"]
        for r in g["rules"]
    ]
    asked |= {name for rule in rules for name in asked_metrics(rule["expr"])}
    plain = {re.sub(r"_(?:bucket|count|sum)$", "", name) for name in asked} | asked
    assert {name for name, *_ in metrics.table()} - plain == set(), "in no panel and no rule: who would see it?"


@pytest.mark.prometheus
@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
def test_prometheus_reads_every_expression(tmp_path: Any) -> None:
    rules = [{"record": f"panel:{n}", "expr": promql(expression)} for n, (_, expression) in enumerate(EXPRESSIONS)]
    (tmp_path / "panels.yml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run(
        ["promtool", "check", "rules", str(tmp_path / "panels.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_grafana_is_given_the_dashboards_and_their_sources() -> None:
    sources = {s["uid"]: s["type"] for s in srsly.read_yaml(PROVISIONED / "datasources" / "tocsin.yml")["datasources"]}
    used = {(p["datasource"]["uid"], p["datasource"]["type"]) for _, p in PANELS}
    assert used == set(sources.items())
    (provider,) = srsly.read_yaml(PROVISIONED / "dashboards" / "tocsin.yml")["providers"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in GRAFANA["volumes"]
    home = GRAFANA["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home in {f"{provider['options']['path']}/{name}.json" for name in DASHBOARDS}


def test_links_lead_to_dashboards_that_are_there_and_set_variables_that_are_there() -> None:
    text = "".join(path.read_text("utf-8") for path in FOLDER.iterdir())
    boards = {board["uid"]: {v["name"] for v in board["templating"]["list"]} for board in BOARDS.values()}
    links = re.findall(r'"url": "/d/([\w-]+)([^"]*)"', text)
    assert links
    for uid, query in links:
        assert set(re.findall(r"var-(\w+)=", query)) - boards[uid] == set()
