"""``tocsin enrich`` as a person calls it, with the real models."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from services.cli.app import run

ARTICLE = """Drone strike kills three in Sumy

SUMY, 4 March 2025 - A Shahed drone hit a bakery on Tuesday and killed three people, including a child, the mayor said.

Eleven others were wounded. The bakery had been repaired after an attack in 2023 that killed two.
"""


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("enrich") / "sumy.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    out = path.with_suffix(".out")
    with out.open("w", encoding="utf-8") as target, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", target)
        assert run(["enrich", str(path), "--explain", "--workers", "1"]) == 0
    return out.read_text(encoding="utf-8").splitlines()


def _notes_beneath(lines: list[str], words: str) -> list[str]:
    first = next(number for number, line in enumerate(lines) if words in line)
    notes = []
    for line in lines[first + 1 :]:
        if not line.startswith("    "):
            break
        notes.append(line.strip())
    return notes


def test_explain_numbers_what_it_read_in_the_words_of_the_article(explained: list[str]) -> None:
    told = next(line for line in explained if "bakery on" in line)
    assert "[2 4 March 2025] - A [3 Shahed drone] hit a bakery on [4 Tuesday] and [5 killed three people]" in told
    plain = told
    for number in range(1, 9):
        plain = plain.replace(f"[{number} ", "")
    assert plain.replace("]", "") in ARTICLE


def test_explain_says_rule_and_confidence_of_each_mark(explained: list[str]) -> None:
    notes = _notes_beneath(explained, "bakery on")
    weapon, date, toll = notes[2:5]
    assert weapon.startswith("3 weapon: ")
    assert "drone" in weapon
    assert "rule " in weapon
    assert "confidence " in weapon
    assert date.startswith("4 date: 2025-03-04 · day (rule ")
    assert toll.startswith("5 casualties: killed 3 ")
    assert "the same as “kills three”" in toll
    assert "rule " in toll
    assert "confidence " in toll
    assert any("killed 1 · children" in note and "part of “killed three people" in note for note in notes)


def test_explain_ends_with_the_incidents(explained: list[str]) -> None:
    at = explained.index("incidents")
    assert explained[at + 1].startswith("  main · drone attack · Sumy · 2025-03-04 · killed 3 · injured 11")
    assert "first account of it · confidence " in explained[at + 2]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = json.dumps({"title": "Shells kill two in Nikopol", "text": "Two people died.", "attributes": {"k": "v"}})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line.encode() + b"\n")))
    out = tmp_path / "out.jsonl"
    assert run(["enrich", "-", "--out", str(out), "--workers", "1", "--no-link"]) == 0
    (enriched,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert enriched["article"]["title"] == "Shells kill two in Nikopol"
    assert enriched["article"]["attributes"] == {"k": "v"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["enrich"], "give FILEs"),
        (["enrich", "a.txt", "--explain", "--out", "b"], "--explain prints"),
        (["run", "nobody"], "no service is called 'nobody'"),
        (["dead-letters", "nobody"], "no service with dead letters"),
        (["nonsense"], "No such command"),
    ],
)
def test_a_wrong_command_line_ends_with_2(command: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command) == 2
    said = capsys.readouterr().err
    assert said.startswith("tocsin: ")
    assert words in said
    assert len(said.splitlines()) == 1


def test_what_cannot_be_read_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["enrich", str(tmp_path / "nothing.txt")]) == 1
    assert "no such file" in capsys.readouterr().err
