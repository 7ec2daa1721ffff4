"""Undocumented means red."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from services.registry import SERVICES
from services.runtime.settings import Settings
from tests.house import tables

ROOT = tables.ROOT
SKIPPED = {".venv", ".git", "node_modules", "build", "out"}
PAGES = sorted(p for p in ROOT.rglob("*.md") if not SKIPPED & set(p.relative_to(ROOT).parts))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def test_the_tables_say_what_the_code_says() -> None:
    stale = tables.stale()
    assert not stale, "\n" + "\n".join(stale)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented(name: str) -> None:
    variable = tables.variable(name)
    assert Settings.model_fields[name].description, f"{name} has no description in services/runtime/settings.py"
    assert f"`{variable}`" in (ROOT / "docs" / "SETTINGS.md").read_text("utf-8"), (
        f"{variable} is not in docs/SETTINGS.md"
    )
    assert f"#{variable}=" in (ROOT / ".env.example").read_text("utf-8"), f"{variable} is not in .env.example"


def test_the_docs_name_no_setting_that_is_not_there() -> None:
    known = {tables.variable(name) for name in Settings.model_fields}
    known |= {"TOCSIN_TEST_KAFKA", "TOCSIN_TEST_POSTGRES", "TOCSIN_EVALUATION_DATA"}
    said = {
        (page.name, v)
        for page in PAGES
        for v in re.findall(r"TOCSIN_[A-Z_]*[A-Z](?![A-Z_]*\*)", page.read_text("utf-8"))
    }
    assert {(page, v) for page, v in said if v not in known} == set()


def test_no_secret_has_a_default() -> None:
    secret = [n for n in Settings.model_fields if re.search("password|token|secret", n)]
    assert secret
    assert [n for n in secret if tables.default(n)] == []


@pytest.mark.parametrize("command", [name for name, _ in tables.commands()])
def test_a_command_is_documented(command: str) -> None:
    assert f"## {command}\n" in (ROOT / "docs" / "COMMANDS.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "found"), [(n, c) for n, c in tables.commands()], ids=[n for n, _ in tables.commands()]
)
def test_a_command_and_its_options_have_help(command: str, found) -> None:
    assert found.help, f"{command} says nothing of itself"
    assert [p.name for p in found.params if not p.help and p.name != "help"] == [], (
        f"{command} has options without help"
    )


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_its_row(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "SERVICES.md").read_text("utf-8")


def slug(heading: str) -> str:
    """Return the anchor that a Markdown heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_every_link_resolves(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    broken = []
    for found in LINK.finditer(text):
        link = unquote(found.group(1) or found.group(2))
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists():
            broken.append(f"{link}: there is no {path}")
        elif anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", FENCE.sub("", target.read_text("utf-8")), re.MULTILINE)
            if anchor not in map(slug, headings):
                broken.append(f"{link}: no heading of {target.name} is called that")
    assert broken == []


def requirements() -> list[str]:
    """Name every package that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    return sorted({re.match(r"[\w.-]+", r).group() for r in wanted})  # type: ignore[union-attr]


@pytest.mark.parametrize("package", requirements())
def test_a_dependency_has_its_reason(package: str) -> None:
    decisions = (ROOT / "DECISIONS.md").read_text("utf-8")
    row = re.search(rf"^\| `{re.escape(package)}` \| ([^|]+) \| ([^|]+) \|$", decisions, re.MULTILINE)
    assert row, f"{package} has no row (package, why, licence) in the table of dependencies in DECISIONS.md"
    assert all(cell.strip() for cell in row.groups())


def test_decisions_are_numbered_and_say_context_choice_and_cost() -> None:
    text = (ROOT / "DECISIONS.md").read_text("utf-8").partition("## Dependencies")[0]
    chapters = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [int(re.match(r"(\d+)\. \S", c).group(1)) for c in chapters] == list(range(1, len(chapters) + 1))  # type: ignore[union-attr]
    for chapter in chapters:
        said = re.findall(r"^- \*\*(\w+)\.\*\* \S", chapter, re.MULTILINE)
        assert said == ["Context", "Choice", "Cost"], chapter.splitlines()[0]
        assert len([line for line in chapter.splitlines()[1:] if line.strip()]) <= 5, chapter.splitlines()[0]


def test_no_reason_is_left_over() -> None:
    rows = re.findall(
        r"^\| `([\w.-]+)` \| [^|]+ \| [^|]+ \|$", (ROOT / "DECISIONS.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(set(rows) - set(requirements())) == []


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
