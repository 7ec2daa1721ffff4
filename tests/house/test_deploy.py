"""What is deployed is what the code has: services, settings, ports, metrics, topics, headings."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import srsly

from contracts.topics import READER_SERVICES, STREAM, all_topics
from services.cli.run_service import Supervisor
from services.registry import SERVICES, load
from services.runtime.group import group_id
from services.runtime.service import Enricher
from services.runtime.settings import Settings
from tests.game_day.__main__ import DRILLS
from tests.house.tables import ROOT, commands, default, variable
from tests.house.test_docs import slug
from tests.support.promql import asked_metrics, known_metrics

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = srsly.read_yaml(ROOT / "docker-compose.yml")
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = sorted(name for name, part in PARTS.items() if part["image"].startswith("tocsin:"))
RULES, RECORDED = (
    [rule for group in srsly.read_yaml(DEPLOY / "prometheus" / name)["groups"] for rule in group["rules"]]
    for name in ("alerts.yml", "recording.yml")
)
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
SCRAPED = srsly.read_yaml(DEPLOY / "prometheus" / "prometheus.yml")["scrape_configs"]
VARIABLES = {variable(name) for name in Settings.model_fields}


def strings(node: Any) -> Iterator[str]:
    """Yield every string of a YAML document, keys too."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
    elif node is not None:
        yield str(node)


def needs_postgres(name: str) -> bool:
    service = load(name)
    return not isinstance(service, Enricher) and service.needs_postgres


def test_compose_has_every_service_and_no_other() -> None:
    running = {*OWN} - {"init", "tool"}
    assert not SERVICES.keys() - running, "docker-compose.yml lacks a part for each of these, like that of `weapons`"
    assert not running - SERVICES.keys(), "docker-compose.yml runs what services/registry.py does not know"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_under_its_name_with_limits(name: str) -> None:
    part = PARTS[name]
    assert part["command"] == ["run", name]
    assert part["mem_limit"]
    assert part["read_only"] is True
    assert part["user"] == "10001:10001"
    assert part["depends_on"] == {"init": {"condition": "service_completed_successfully"}}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_the_database_where_it_needs_it(name: str) -> None:
    assert ("TOCSIN_POSTGRES_DSN" in PARTS[name]["environment"]) == needs_postgres(name)
    assert ("PGPASSWORD" in PARTS[name]["environment"]) == needs_postgres(name)


def test_the_neighbours_are_healthy_before_the_topics_are_made_and_those_before_a_service_starts() -> None:
    assert {n: d["condition"] for n, d in PARTS["init"]["depends_on"].items()} == {
        "kafka": "service_healthy",
        "postgres": "service_healthy",
    }
    assert all("healthcheck" in PARTS[name] for name in ("kafka", "postgres", "prometheus", "grafana"))
    known = {name for name, _ in commands()}
    assert {c.strip() for c in PARTS["init"]["entrypoint"][-1].split("&&")} <= known


@pytest.mark.parametrize("path", ["docker-compose.yml", "deploy/compose.own.yml", "deploy/Dockerfile"])
def test_every_variable_is_a_setting(path: str) -> None:
    said = set(re.findall(r"TOCSIN_[A-Z_]*[A-Z](?![A-Z_]*\*)", (ROOT / path).read_text("utf-8")))
    assert said - VARIABLES == set()


def test_every_variable_of_compose_is_in_the_example() -> None:
    asked = {name for text in strings(COMPOSE) for name in re.findall(r"\$\{([A-Z_]+)", text)}
    example = (ROOT / ".env.example").read_text("utf-8")
    assert {name for name in asked if not re.search(rf"^#?{name}=", example, re.MULTILINE)} == set()


def test_no_secret_has_a_default_and_a_missing_one_is_named() -> None:
    secret = re.compile("PASSWORD|TOKEN|SECRET")
    given = {
        (name, key, value)
        for name, part in PARTS.items()
        for key, value in part.get("environment", {}).items()
        if secret.search(key) and value is not None
    }
    assert given
    assert {g for g in given if not re.fullmatch(r"\$\{[A-Z_]+:\?set it in \.env, see \.env\.example\}", g[2])} == set()
    example = (ROOT / ".env.example").read_text("utf-8")
    assert re.findall(r"^[A-Z_]*(?:PASSWORD|TOKEN)[A-Z_]*=(?!$).*$", example, re.MULTILINE) == []


def test_no_image_floats() -> None:
    images = {part["image"] for part in PARTS.values()} | set(re.findall(r"^ARG BASE=(\S+)$", DOCKERFILE, re.MULTILINE))
    exact = r"postgres:\d+\.\d+-[a-z]+|[\w/-]+:v?\d+\.\d+\.\d+(?:-[a-z-]+)?"
    assert {image for image in images if not re.fullmatch(exact, image)} == set()


def test_the_image_has_the_version_of_the_package() -> None:
    from services import VERSION

    assert {PARTS[name]["image"] for name in OWN} == {f"tocsin:{VERSION}"}
    assert f"ARG VERSION={VERSION}\n" in DOCKERFILE


def test_replicas_may_be_added() -> None:
    """No name is shared by replicas, and none is bound to one port of the machine but the way in."""
    assert [n for n in OWN if "TOCSIN_INSTANCE" in PARTS[n]["environment"] or "hostname" in PARTS[n]] == []
    assert [n for n in OWN if "ports" in PARTS[n]] == ["ingest"]


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for part in PARTS.values() for port in part.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_ports_are_those_of_the_settings() -> None:
    http, pages = default("http_port"), default("metrics_port")
    assert f"TOCSIN_HTTP_PORT={http}" in DOCKERFILE
    assert f"TOCSIN_METRICS_PORT={pages}" in DOCKERFILE
    assert f"EXPOSE {http} {pages}\n" in DOCKERFILE
    assert PARTS["ingest"]["ports"] == [f"127.0.0.1:{http}:{http}"]
    assert [sd["port"] for job in SCRAPED for sd in job.get("dns_sd_configs", ())] == [int(pages)]


def test_the_pages_are_those_of_the_health_server() -> None:
    assert "'/healthz'" in DOCKERFILE
    assert '("/healthz", "/readyz")' in (ROOT / "services" / "runtime" / "health.py").read_text("utf-8")


def test_prometheus_asks_every_service() -> None:
    asked = [name for job in SCRAPED for sd in job.get("dns_sd_configs", ()) for name in sd["names"]]
    assert sorted(asked) == sorted(SERVICES), "deploy/prometheus/prometheus.yml names the services that are scraped"


def test_prometheus_without_containers_asks_every_service_of_tocsin_up() -> None:
    own, theirs = (srsly.read_yaml(DEPLOY / "prometheus" / name) for name in ("own.yml", "prometheus.yml"))
    asked = {job["job_name"]: job["static_configs"][0]["targets"] for job in own["scrape_configs"]}
    children = Supervisor(list(SERVICES), int(default("metrics_port")), {}).children
    assert asked["tocsin"] == [f"127.0.0.1:{child.port}" for child in children]
    assert set(asked["node"]).isdisjoint(asked["tocsin"])
    assert asked.keys() == {job["job_name"] for job in theirs["scrape_configs"]}
    assert (own["global"], own["rule_files"]) == (theirs["global"], theirs["rule_files"])


def memory_peaks() -> dict[str, int]:
    """Read the measured peaks, in MB, out of the comment of docker-compose.yml."""
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    (said,) = re.findall(r"^# Memory: .+\n((?:#.*\n)+)services:", text, re.MULTILINE)
    names = "|".join(SERVICES)
    return {
        name: int(peak) for name, peak in re.findall(rf"\b({names}) (\d+)(?= MB with two|  |$)", said, re.MULTILINE)
    }


def test_memory_limits_leave_room_above_the_measured_peaks() -> None:
    """A limit is half as much again, or more where a comment says why."""
    peaks = memory_peaks()
    assert peaks.keys() == SERVICES.keys()
    for name, peak in peaks.items():
        assert int(PARTS[name]["mem_limit"].removesuffix("m")) >= 1.5 * peak, name


def test_the_image_gets_what_it_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in line.split():
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, f".dockerignore keeps {source} away"


@pytest.mark.parametrize("rule", [*RULES, *RECORDED], ids=lambda r: r.get("alert") or r["record"])
def test_a_rule_asks_for_what_is_measured(rule: dict[str, Any]) -> None:
    asked = asked_metrics(rule["expr"])
    assert asked
    assert asked - known_metrics() == set()


@pytest.mark.parametrize("rule", RULES, ids=[r["alert"] for r in RULES])
def test_an_alert_says_what_it_is_and_leads_to_its_heading(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["description"].endswith(".")
    path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert path == "deploy/RUNBOOK.md"
    assert anchor == slug(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", rule["alert"]).replace("End To End", "End-to-end"))


def test_the_runbook_has_a_heading_for_each_alert_and_each_heading_its_parts() -> None:
    """What it means for users, the cause in three commands, what to do, how to know that it worked."""
    alerts, _, _ = (DEPLOY / "RUNBOOK.md").read_text("utf-8").partition("\n# Procedures\n")
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", alerts, re.MULTILINE))
    assert {slug(heading) for heading in sections} == {r["annotations"]["runbook_url"].partition("#")[2] for r in RULES}
    for heading, text in sections.items():
        for part in ("**Users see**", "**The cause**", "**What to do**", "**It worked**"):
            assert part in text, f"{heading}: {part}"
        (commands_,) = re.findall(r"\*\*The cause\*\*:\n\n```sh\n(.*?)```", text, re.DOTALL)
        assert len(commands_.splitlines()) == 3, heading


def test_the_runbook_asks_prometheus_for_what_is_measured() -> None:
    asked = re.findall(r"--data-urlencode 'query=([^']+)'", (DEPLOY / "RUNBOOK.md").read_text("utf-8"))
    assert asked
    assert {name for expression in asked for name in asked_metrics(expression)} - known_metrics() == set()


def test_each_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    tests = [t for case in _alert_tests() for t in case["alert_rule_test"]]
    for rule in RULES:
        outcomes = {bool(t["exp_alerts"]) for t in tests if t["alertname"] == rule["alert"]}
        assert outcomes == {True, False}, rule["alert"]


def test_each_alert_has_a_drill_and_its_row_in_the_table_of_the_game_day() -> None:
    alerts = [rule["alert"] for rule in RULES]
    assert sorted(drill.alert for drill in DRILLS) == sorted(alerts)
    table = (ROOT / "docs" / "GAME_DAY.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| (\w+) \| .+ \| \d+ s \|", table, re.MULTILINE)) == sorted(alerts)


def _alert_tests() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "prometheus").glob("*_test.yml"))
    return [test for file in files for test in srsly.read_yaml(file)["tests"]]


@pytest.mark.prometheus
@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "config", "own.yml"),
        ("test", "rules", "alerts_test.yml"),
        ("test", "rules", "drift_test.yml"),
    ],
)
def test_prometheus_accepts_its_files(words: tuple[str, ...]) -> None:
    done = subprocess.run(["promtool", *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _block(text: str, *words: str) -> str:
    (found,) = [
        b for b in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if all(w in b for w in words)
    ]
    return found


KAFKA = (DEPLOY / "kafka" / "README.md").read_text("utf-8")


def _row(name: str) -> str:
    rows: list[str] = re.findall(rf"^\| `{re.escape(name)}` \|.*$", KAFKA, re.MULTILINE)
    assert len(rows) == 1, f"deploy/kafka/README.md has {len(rows)} rows for {name}, and should have one"
    return rows[0]


@pytest.mark.parametrize("topic", all_topics(), ids=lambda t: t.full_name)
def test_a_topics_settings_are_written_down(topic: Any) -> None:
    name = topic.full_name if topic in STREAM else "tocsin.dead-letters.*.v1"
    row = _row(name)
    for key, value in topic.settings().items():
        assert f"`{key}={value}`" in row, f"{name}: {key}={value}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_services_rights_are_written_down(name: str) -> None:
    _, _, read, write, group, _ = (set(re.findall(r"`([^`]+)`", cell)) for cell in _row(name).split("|")[:6])
    assert read == {t.full_name for t in STREAM if name in t.readers}
    letters = {t.full_name for t in all_topics() if t not in STREAM and name in t.writers}
    assert write == {t.full_name for t in STREAM if name in t.writers} | letters
    assert group == ({group_id(name)} if name in READER_SERVICES else set())


def test_the_commands_give_the_rights_of_the_table() -> None:
    """Every service is given what it reads, writes and commits, by one command for each kind of right."""
    given = [line for line in _block(KAFKA, "kafka-acls").splitlines() if "User:tocsin-" in line]
    rights: dict[str, set[tuple[str, str]]] = {}
    for line in given:
        (user,) = re.findall(r"User:tocsin-([\w-]+)", line)
        (kind,) = re.findall(r"--operation (\w+)", line)[:1]
        for resource in re.findall(r"--(?:topic|group) (\S+)", line):
            rights.setdefault(user, set()).add((kind, resource))
    for name in SERVICES:
        wanted = {("Read", t.full_name) for t in STREAM if name in t.readers}
        wanted |= {("Write", t.full_name) for t in all_topics() if name in t.writers}
        wanted |= {("Read", group_id(name))} if name in READER_SERVICES else set()
        got = rights.get(name, set())
        assert not wanted - got, f"deploy/kafka/README.md: the commands lack these rights of {name}"
        extra = {r for r in got - wanted if r[0] in ("Read", "Write")}
        assert extra == (set() if name != "lag" else {("Read", t.full_name) for t in STREAM}), name


def test_the_runbook_names_commands_and_services_that_exist() -> None:
    text = (DEPLOY / "RUNBOOK.md").read_text("utf-8")
    blocks = " ".join(re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL))
    known = {name.split()[1] for name, _ in commands()}
    said = re.findall(r"\btocsin ([a-z][a-z-]+)(?= )", re.sub(r"psql [^\n]*", "", blocks))
    assert said
    assert set(said) - known == set()
    named = set(re.findall(r"docker compose exec (\S+)", blocks)) - {"NAME", '"$1"'}
    assert named - set(PARTS) == set()
    ran = re.findall(r"docker compose run --rm (\w+)(?: ([a-z][\w-]*))?(?=[ `\n])", text)
    assert ran
    for part, command in ran:  # the image's entry point is `tocsin`, and `init` has one of its own
        assert (command in known) == ("entrypoint" not in PARTS[part]), (part, command)


def test_compose_files_are_as_the_specification_has_them() -> None:
    """Docker's own schema of compose files, that of check-jsonschema."""
    files = [str(ROOT / "docker-compose.yml"), str(DEPLOY / "compose.own.yml")]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
