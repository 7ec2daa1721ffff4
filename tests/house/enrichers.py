"""What an enricher needs beside its code, and where it stands: read by ``test_enrichers``."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

from contracts.annotation import PAYLOADS
from contracts.topics import ANNOTATIONS, RAW, READER_SERVICES
from services.registry import SERVICES, load, module_of
from services.runtime.service import Enricher

ROOT = Path(__file__).resolve().parents[2]


def missing(name: str, root: Path = ROOT) -> list[str]:
    """Say in words what the enricher ``name`` lacks."""
    checks = {
        f"{name} has no line in services/registry.py SERVICES: what does it do?": name in SERVICES,
        f"{name} has no payload in contracts/annotation.py PAYLOADS": name in PAYLOADS,
        f"{name} has no dead letters: add it to READER_SERVICES in contracts/topics.py": name in READER_SERVICES,
        f"{name} is not among the readers of RAW in contracts/topics.py": name in RAW.readers,
        f"{name} is not among the writers of ANNOTATIONS in contracts/topics.py": name in ANNOTATIONS.writers,
        f"{name} has no folder services/{name} with a service.py": _module_exists(name),
        f"{name} has no example that is ok and not empty in contracts/examples/articles.annotations": _has_example(
            name, root
        ),
        f"{name} has no golden file in tests/golden/{name}": _has_golden(name, root),
        f"{name} has no row in docs/SERVICES.md; `python -m tests.house.tables` writes it": f"| `{name}` |"
        in (root / "docs" / "SERVICES.md").read_text("utf-8"),
        f'{name} is not kept apart from other services in pyproject.toml: add "services.{name}" to the import-linter contracts': len(
            re.findall(f'"services.{name}"', (root / "pyproject.toml").read_text("utf-8"))
        )
        >= 3,
    }
    return [said for said, there in checks.items() if not there] + _mismatches(name)


def _module_exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(module_of(name)) is not None
    except ModuleNotFoundError:
        return False


def _has_example(name: str, root: Path) -> bool:
    folder = root / "contracts" / "examples" / "articles.annotations"
    messages = (json.loads(path.read_bytes()) for path in folder.glob("*.json"))
    return any(
        m["kind"] == name and m.get("status", "ok") == "ok" and any(m.get("payload", {}).values()) for m in messages
    )


def _has_golden(name: str, root: Path) -> bool:
    return any(p.suffix in (".json", ".txt", ".jsonl") for p in (root / "tests" / "golden" / name).glob("*"))


def _mismatches(name: str) -> list[str]:
    """Say where the description in the service's module contradicts the tables."""
    if name not in SERVICES or name not in PAYLOADS or not _module_exists(name):
        return []
    service = load(name)
    if not isinstance(service, Enricher):
        return [f"services/{name}/service.py: SERVICE is a {type(service).__name__}, and should be an Enricher"]
    checks = {
        f"services/{name}/service.py: SERVICE calls itself {service.name!r}": service.name == name,
        f"services/{name}/service.py: payload is not the one in PAYLOADS": service.payload is PAYLOADS[name],
        f"services/{name}/service.py: SERVICE names no model for the provenance": bool(service.model),
    }
    return [said for said, right in checks.items() if not right]
