"""The ten minutes in CONTRIBUTING.md, followed to the letter in a copy of the repository."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tables import ROOT

pytestmark = pytest.mark.timeout(600)
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Add an enricher")[2]
BLOCKS = re.findall(r"```(?:python|json)\n(.*?)```", TEXT, re.DOTALL)

CARRIED = """
from datetime import UTC, datetime
from contracts.annotation import Annotation
from contracts.article import RawArticle
from services.incidents.enrich import enrich_in_memory
from services.incidents.index import MemoryIndex
from services.registry import load
from services.runtime.pool import Task, annotate

value = b'{"text": "The asset freeze stands."}'
enricher = load("sanctions")
made = annotate(enricher, enricher.load(None), Task(value, 0, 0, 0))
out = enrich_in_memory(RawArticle.read(value, 0), [Annotation.from_json(made.annotation)], MemoryIndex(), datetime.now(UTC))
print(*(s["measure"] for s in out.annotations["sanctions"]["sanctions"]))
"""


def line(start: str) -> str:
    """Return the only block of the chapter that begins so."""
    (found,) = [b for b in BLOCKS if b.startswith(start)]
    return found


def block(*words: str) -> str:
    """Return the only block of the chapter that has all these words."""
    (found,) = [b for b in BLOCKS if all(w in b for w in words)]
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("contracts", "services", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", ".env.example", "README.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, f"{path.name} has no {old!r} any more: mend CONTRIBUTING.md and this test"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=copy, env={"PYTHONPATH": str(copy), "PATH": "", "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False)  # fmt: skip


def lacks(copy: Path) -> list[str]:
    done = run(copy, "-c", "from tests.house.enrichers import missing; print('\\n'.join(missing('sanctions')))")
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_the_steps_lead_to_an_enricher(copy: Path) -> None:
    contracts, services = copy / "contracts", copy / "services"
    (contracts / "sanctions.py").write_text(block("class Sanction(Model)"))
    payload = block("class SanctionsPayload(Model)")
    edit(
        contracts / "annotation.py",
        ("from contracts.weapons", line("from contracts.sanctions import Sanction\n") + "from contracts.weapons"),
        ("PAYLOADS: dict", payload + "\n\nPAYLOADS: dict"),
        (
            '    "casualties": CasualtiesPayload,\n',
            '    "casualties": CasualtiesPayload,\n' + block('    "sanctions": SanctionsPayload'),
        ),
    )
    edit(contracts / "topics.py", ('"casualties"', '"casualties", "sanctions"'))
    (services / "sanctions").mkdir()
    (services / "sanctions" / "__init__.py").write_text('"""Tocsin: sanctions."""\n')
    (services / "sanctions" / "extract.py").write_text(block("def extract"))
    (services / "sanctions" / "service.py").write_text(block("SERVICE = Enricher"))
    edit(
        services / "registry.py",
        ("ENRICHERS: tuple[str, ...] = (", 'ENRICHERS: tuple[str, ...] = ("sanctions", '),
        ('    "assembler"', block('"sanctions and embargoes"') + '    "assembler"'),
    )
    edit(copy / "pyproject.toml", ('"services.casualties"', '"services.casualties", "services.sanctions"'))

    said = lacks(copy)
    assert [line for line in said if line not in TEXT] == []
    assert len(said) == 3

    golden = json.loads(block('"expected"'))
    (copy / "tests" / "golden" / "sanctions").mkdir()
    (copy / "tests" / "golden" / "sanctions" / "measures.json").write_text(json.dumps(golden))
    example = {"title": "New sanctions", "text": "The Union agreed on an asset freeze for 14 companies."}
    (contracts / "examples" / "articles.raw" / "sanctions.json").write_text(json.dumps(example))
    for command in (
        ("-m", "tests.house.example", "sanctions", "sanctions"),
        ("-m", "tests.house.tables"),
        ("-m", "contracts.export"),
    ):
        done = run(copy, *command)
        assert done.returncode == 0, done.stderr
    assert lacks(copy) == []
    done = run(copy, "-c", CARRIED)
    assert done.stdout.split() == ["asset_freeze"], done.stderr
    tests = ("tests/contracts/test_examples.py", "tests/house/test_enrichers.py", "tests/golden/test_golden.py")
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "examples or sanctions")
    assert done.returncode == 0, done.stdout[-3000:]
