"""Short articles and what the enrichers read out of them: ``tests/golden/<enricher>/*.json``.

A file holds ``article`` and ``expected``, the parts of the payload that it speaks of. Each list must have its length and
its order; of an item the fields that are named must be equal; a span may be written as its quote.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contracts.article import RawArticle
from services.registry import ENRICHERS, load
from services.runtime.settings import Settings

HERE = Path(__file__).parent
CASES = [(path.parent.name, path) for path in sorted(HERE.glob("*/*.json"))]


@cache
def model(name: str) -> Any:
    """Load an enricher's model, once a session."""
    return load(name).load(Settings(_env_file=None))


def like(actual: Any, expected: Any) -> Any:
    """Reduce what was found to the fields that are expected of it."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {key: like(actual[key], value) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(actual, list):
        pairs = zip(actual, [*expected, *expected[-1:] * (len(actual) - len(expected))], strict=False)
        return [like(a, e) for a, e in pairs] if expected else actual
    if isinstance(expected, str) and isinstance(actual, dict):
        return actual["quote"]
    return actual


@pytest.mark.parametrize(("name", "path"), CASES, ids=[f"{name}/{path.stem}" for name, path in CASES])
def test_reads_what_is_said(name: str, path: Path) -> None:
    assert name in ENRICHERS, f"tests/golden/{name}: no enricher is called that"
    golden = json.loads(path.read_text("utf-8"))
    article = RawArticle.read(json.dumps(golden["article"]))
    payload = load(name).extract(article, model(name)).model_dump(mode="json")
    assert like(payload, golden["expected"]) == golden["expected"]
