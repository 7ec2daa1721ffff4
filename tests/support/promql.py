"""What a PromQL expression asks for, and what there is to be asked."""

from __future__ import annotations

import re
from pathlib import Path

import srsly

from services.runtime import metrics

PROMETHEUS = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
# Of Prometheus itself, of node_exporter and of the kubelet.
FOREIGN = frozenset(
    "up ALERTS node_filesystem_avail_bytes node_filesystem_size_bytes "
    "kubelet_volume_stats_available_bytes kubelet_volume_stats_capacity_bytes".split()
)
_NOT_NAMES = (
    r'"[^"]*"',  # values of labels
    r"\{[^}]*\}",  # labels
    r"\[[^\]]*\]",  # ranges
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
    r"\b(?:offset\s+)?\d\w*",
    r"\b[a-z_0-9]+\s*(?=\()",  # functions
    r"\b(?:and|or|unless|bool|group_left|group_right)\b",
)


def asked_metrics(expression: str) -> set[str]:
    """List the names of series in a PromQL expression."""
    for pattern in _NOT_NAMES:
        expression = re.sub(pattern, " ", expression)
    return set(re.findall(r"[a-zA-Z_:][\w:]*", expression))


def known_metrics() -> set[str]:
    """List every series that the code, the recording rules, or one of ``FOREIGN``'s exporters makes."""
    ours = {
        f"{name}{suffix}"
        for name, kind, _, _ in metrics.table()
        for suffix in (("_bucket", "_count", "_sum") if kind == "histogram" else ("",))
    }
    groups = srsly.read_yaml(PROMETHEUS / "recording.yml")["groups"]
    return ours | {rule["record"] for group in groups for rule in group["rules"]} | FOREIGN
