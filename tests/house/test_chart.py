"""The Helm chart: what it renders is valid Kubernetes, and what the code has."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import srsly

from contracts.topics import RAW
from services import VERSION
from services.registry import SERVICES, load
from services.runtime.group import group_id
from services.runtime.settings import Settings
from tests.house.tables import ROOT, commands, default, variable
from tests.house.test_deploy import PARTS, memory_peaks, needs_postgres
from tests.support.grafana import BOARDS
from tests.support.helm import find

CHART = ROOT / "deploy" / "kubernetes" / "tocsin"
KUBERNETES = ("1.29", "1.37")
CLUSTER = ("--namespace", "news", "--kube-version", KUBERNETES[0])
PLAIN = (
    "kafka.bootstrapServers=kafka-0:9092",
    "postgres.secret=tocsin-postgres",
    "http.secret=tocsin-http",
)
FULL = (
    *PLAIN,
    "kafka.securityProtocol=SASL_SSL",
    "kafka.tls.secret=kafka-ca",
    "kafka.tls.mutual=true",
    "kafka.sasl.secret=kafka-user",
    "keda.enabled=true",
    "serviceMonitor.enabled=true",
    "serviceMonitor.labels.release=monitoring",
    "prometheusRule.enabled=true",
    "prometheusRule.labels.release=monitoring",
    "prometheusRule.runbook=https://wiki.example/tocsin",
    "dashboards.enabled=true",
    "dashboards.annotations.grafana_folder=Tocsin",
    "feeds[0]=https://news.example/rss",
    "image.pullSecrets[0]=registry",
    "settings.TOCSIN_LOG_LEVEL=WARNING",
    "nodeSelector.disk=ssd",
    "podAnnotations.team=news",
)
OTHERS = {
    "ScaledObject",
    "TriggerAuthentication",
    "ServiceMonitor",
    "PrometheusRule",
}  # of KEDA and of the Prometheus operator

needs_helm = pytest.mark.skipif(find() is None, reason="needs helm: `python -m tests.support.helm` builds it")
pytestmark = needs_helm


def helm(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(find()), *words], capture_output=True, text=True, check=False)


@cache
def rendered(values: tuple[str, ...]) -> list[dict[str, Any]]:
    said = helm("template", "tocsin", str(CHART), *CLUSTER, *(w for v in values for w in ("--set", v)))
    assert said.returncode == 0, said.stderr
    parts = said.stdout.removeprefix("---\n").split("\n---\n")
    return [document for part in parts if (document := srsly.yaml_loads(part))]


def of(kind: str, values: tuple[str, ...] = PLAIN) -> dict[str, dict[str, Any]]:
    return {d["metadata"]["name"].removeprefix("tocsin-"): d for d in rendered(values) if d["kind"] == kind}


def pods(values: tuple[str, ...] = PLAIN) -> dict[str, dict[str, Any]]:
    found = of("Deployment", values) | of("StatefulSet", values) | of("Job", values)
    return {name: workload["spec"]["template"]["spec"] for name, workload in found.items()}


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {e["name"]: e.get("value", e.get("valueFrom")) for e in container["env"]}


def test_the_chart_passes_helms_own_check() -> None:
    said = helm("lint", "--strict", str(CHART), *(w for v in PLAIN for w in ("--set", v)))
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("values", [PLAIN, FULL], ids=["plain", "full"])
def test_what_it_renders_is_valid(values: tuple[str, ...], version: str) -> None:
    known = [d for d in rendered(values) if d["kind"] not in OTHERS]
    assert len(known) > len(SERVICES)
    for document in known:
        kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (PLAIN[1:], "bootstrapServers"),
        (PLAIN[:1] + PLAIN[2:], "postgres"),
        (PLAIN[:2], "http"),
        ((*PLAIN, "services.ingets.replicas=2"), "ingets"),
        ((*PLAIN, "settings.LOG=1"), "LOG"),
        ((*PLAIN, "feeds[0]=file:///etc/passwd"), "feeds"),
    ],
)
def test_what_is_missing_or_misspelt_is_named(values: tuple[str, ...], words: str) -> None:
    said = helm("template", "tocsin", str(CHART), *CLUSTER, *(w for v in values for w in ("--set", v)))
    assert said.returncode != 0
    assert words in said.stderr


def test_every_service_runs_under_its_name() -> None:
    running = {name: pod["containers"][0]["args"] for name, pod in pods().items() if not name.startswith("init")}
    assert running == {name: ["run", name] for name in SERVICES}


def test_topics_and_tables_are_made_before_the_services() -> None:
    (job,) = of("Job").values()
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert {c.strip() for c in container["command"][-1].split("&&")} <= {name for name, _ in commands()}


@pytest.mark.parametrize("values", [PLAIN, FULL], ids=["plain", "full"])
def test_the_restricted_profile_is_kept(values: tuple[str, ...]) -> None:
    for pod in pods(values).values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["requests"]["cpu"]
            assert container["resources"]["requests"]["memory"]


@pytest.mark.parametrize("values", [PLAIN, FULL], ids=["plain", "full"])
def test_every_variable_is_a_setting_and_no_secret_is_written_down(values: tuple[str, ...]) -> None:
    known = {variable(name) for name in Settings.model_fields}
    for pod in pods(values).values():
        for container in pod["containers"]:
            given = environment(container)
            assert given.keys() <= known
            secret = {name: value for name, value in given.items() if "PASSWORD" in name or "TOKEN" in name}
            assert all("secretKeyRef" in value for value in secret.values())


def test_what_is_asked_of_a_service_is_what_it_needs() -> None:
    for name, pod in pods().items():
        given = environment(pod["containers"][0])
        assert ("TOCSIN_POSTGRES_DSN" in given) == (name.startswith("init") or needs_postgres(name))
        assert ("TOCSIN_HTTP_TOKEN" in given) == (name == "ingest")


def test_ports_and_pages_are_those_of_the_settings() -> None:
    for name in SERVICES:
        (container,) = pods()[name]["containers"]
        ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
        assert ports["metrics"] == default("metrics_port")
        assert ("http" in ports) == (name == "ingest")
        paths = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
        assert paths == ["/healthz", "/healthz", "/readyz"]


def test_a_replica_that_comes_back_keeps_its_partitions() -> None:
    for name in SERVICES:
        given = environment(pods()[name]["containers"][0])
        reads = group_id(name) in {s["spec"]["triggers"][0]["metadata"]["consumerGroup"] for s in scalers().values()}
        assert ("TOCSIN_INSTANCE" in given) == reads
        if reads:
            assert given["TOCSIN_LEAVE_GROUP_ON_EXIT"] == ("false" if name in of("StatefulSet") else "true")
    assert set(of("StatefulSet")) == {"assembler", "incidents", "sink"}


def scalers() -> dict[str, dict[str, Any]]:
    return of("ScaledObject", FULL)


def test_replicas_follow_the_lag_of_their_own_group_and_never_outnumber_the_partitions() -> None:
    partitions = srsly.read_yaml(CHART / "values.yaml")["kafka"]["partitions"]
    reading = {name: load(name) for name in SERVICES if name not in ("ingest", "lag")}
    assert scalers().keys() == reading.keys()
    for name, scaler in scalers().items():
        (trigger,) = scaler["spec"]["triggers"]
        assert trigger["metadata"]["consumerGroup"] == group_id(name)
        assert trigger["metadata"]["topic"] in {topic.full_name for topic in _reads(reading[name])}
        assert scaler["spec"]["maxReplicaCount"] == partitions
        assert scaler["spec"]["scaleTargetRef"]["kind"] == (
            "StatefulSet" if name in of("StatefulSet") else "Deployment"
        )
    assert not [
        w
        for n, w in (of("Deployment", FULL) | of("StatefulSet", FULL)).items()
        if n in reading and "replicas" in w["spec"]
    ]


def _reads(service: Any) -> tuple[Any, ...]:
    return getattr(service, "reads", ()) or (RAW,)


def test_limits_are_those_of_compose() -> None:
    for name in SERVICES:
        limit = pods()[name]["containers"][0]["resources"]["limits"]["memory"]
        assert f"{limit.removesuffix('Mi')}m" == PARTS[name]["mem_limit"]


def test_requests_are_the_measured_peaks() -> None:
    for name, peak in memory_peaks().items():
        asked = pods()[name]["containers"][0]["resources"]["requests"]["memory"]
        assert peak <= int(asked.removesuffix("Mi")) * 1.048576 <= 1.5 * peak + 32, name


def test_a_pod_may_speak_to_nobody_but_kafka_and_postgres() -> None:
    policies = of("NetworkPolicy")
    assert policies.keys() == {*SERVICES, "init"}
    for name, policy in policies.items():
        open_ports = {p["port"] for rule in policy["spec"]["egress"] for p in rule["ports"]}
        postgres = name == "init" or needs_postgres(name)
        assert open_ports == {53, 9092} | ({5432} if postgres else set())
    feeding = {p["port"] for rule in of("NetworkPolicy", FULL)["ingest"]["spec"]["egress"] for p in rule["ports"]}
    assert {80, 443} <= feeding


def test_the_labels_of_a_metric_win_over_those_of_its_target() -> None:
    """Else the lag of every service would be told as that of `lag`, and the alerts would name nobody else."""
    (monitor,) = of("ServiceMonitor", FULL).values()
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["honorLabels"] is True
    assert {r["targetLabel"] for r in endpoint["relabelings"]} == {"service", "instance"}


def test_the_rules_of_the_chart_are_those_of_prometheus() -> None:
    rules = of("PrometheusRule", FULL)
    assert rules.keys() == {"recording", "alerts"}
    for name, rule in rules.items():
        assert rule["metadata"]["labels"]["release"] == "monitoring"
        text = (ROOT / "deploy" / "prometheus" / f"{name}.yml").read_text("utf-8")
        assert rule["spec"] == srsly.yaml_loads(text.replace("deploy/RUNBOOK.md", "https://wiki.example/tocsin"))
    links = {r["annotations"]["runbook_url"].partition("#")[0] for r in rules["alerts"]["spec"]["groups"][0]["rules"]}
    assert links == {"https://wiki.example/tocsin"}
    assert of("PrometheusRule") == {}


def test_the_dashboards_of_the_chart_are_those_of_grafana() -> None:
    maps = of("ConfigMap", FULL)
    assert maps.keys() == {f"dashboard-{name}" for name in BOARDS}
    for name, board in BOARDS.items():
        found = maps[f"dashboard-{name}"]
        assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert found["metadata"]["annotations"] == {"grafana_folder": "Tocsin"}
        assert json.loads(found["data"][f"tocsin-{name}.json"]) == board
    assert of("ConfigMap") == {}


def test_the_chart_has_the_version_of_the_package() -> None:
    chart = srsly.read_yaml(CHART / "Chart.yaml")
    assert chart["appVersion"] == VERSION
    assert {pod["containers"][0]["image"] for pod in pods().values()} == {f"tocsin:{VERSION}"}


def test_helm_is_pinned() -> None:
    assert (Path(__file__).parents[1] / "support" / "helm.py").read_text("utf-8").count("@v3.") == 1
