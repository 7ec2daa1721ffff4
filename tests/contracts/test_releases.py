"""The contracts of an earlier version, for real: its readers on this version's examples, this version's on its examples."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READ = """
import json, sys
from pathlib import Path
from contracts.topics import all_topics
models = {t.name.split(".")[0] if "dead-letters" in t.name else t.name: t.model for t in all_topics()}
for path in sorted(Path(sys.argv[1]).glob("*/*.json")):
    model = models[path.parent.name]
    value = path.read_bytes()
    read = (model.read if hasattr(model, "read") else model.from_json)(value)
    print(json.dumps([path.parent.name, path.stem, json.loads(read.to_json())]))
"""


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def first() -> str | None:
    """Name the version before: the last release, or, before there is one, the first with examples."""
    try:
        tags = git("tag", "--merged", "HEAD", "--sort=-v:refname", "v*").decode().split()
        begun = git("log", "--reverse", "--format=%H", "--", "contracts/examples").decode().split()
    except (OSError, subprocess.CalledProcessError):
        return None
    return (tags or begun or [None])[0]


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an earlier version's package of contracts."""
    version = first()
    if version is None:
        pytest.skip("no history: this is not a clone of the repository, or a shallow one")
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=io.BytesIO(git("archive", version, "contracts"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def read_by(code: Path, examples: Path) -> dict[tuple[str, str], dict]:
    """Let the models of some version read examples, in a process of its own; return what they understood."""
    command = [sys.executable, "-c", READ, str(examples)]
    done = subprocess.run(
        command, cwd=code, env=os.environ | {"PYTHONPATH": str(code)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {(topic, name): read for topic, name, read in map(json.loads, done.stdout.splitlines())}


def differs(known: object, told: object, at: str = "") -> list[str]:
    """Name the places where what was understood is not what was told; what a reader does not know is left out."""
    if isinstance(known, dict) and isinstance(told, dict):
        return [d for key in known.keys() & told.keys() for d in differs(known[key], told[key], f"{at}/{key}")]
    if isinstance(known, list) and isinstance(told, list) and len(known) == len(told):
        return [d for n, pair in enumerate(zip(known, told, strict=True)) for d in differs(*pair, f"{at}/{n}")]
    return [] if known == told else [f"{at}: {known!r} != {told!r}"]


def test_earlier_readers_understand_messages_of_this_version(earlier: Path) -> None:
    ours, theirs = (read_by(code, ROOT / "contracts" / "examples") for code in (ROOT, earlier))
    assert theirs.keys() == ours.keys()
    assert {name: found for name in ours if (found := differs(theirs[name], ours[name]))} == {}


def test_this_version_understands_messages_of_earlier_ones(earlier: Path) -> None:
    examples = earlier / "contracts" / "examples"
    ours, theirs = (read_by(code, examples) for code in (ROOT, earlier))
    assert len(theirs) > 20
    assert {name: found for name in theirs if (found := differs(ours[name], theirs[name]))} == {}
