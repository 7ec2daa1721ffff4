"""Every marked article is read exactly as marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.article import RawArticle
from services.weapons.extract import extract
from services.weapons.lexicon import load_lexicon

MARKED = re.compile(r"\[\[(.+?) \| (.+?)\]\]")
LINES = [
    line.split(": ", 1)
    for line in Path(__file__).with_name("articles.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_there_are_articles_enough() -> None:
    assert len(LINES) > 130
    assert len({name for name, _ in LINES}) == len(LINES)


@pytest.mark.parametrize(("name", "marked"), LINES, ids=[name for name, _ in LINES])
def test_article(name: str, marked: str) -> None:
    text = MARKED.sub(lambda match: match.group(1), marked)
    found: dict[tuple[int, int], list[str]] = {}
    for mention in extract(RawArticle(text=text), load_lexicon()).weapons:
        said = f"{mention.weapon_id or mention.category.value} {mention.role.value}"
        if mention.quantity and mention.quantity.best is not None:
            said += f" {mention.quantity.best}"
        found.setdefault((mention.span.start, mention.span.end), []).append(said)
    read, last = "", 0
    for (start, end), readings in found.items():
        read += text[last:start] + f"[[{' | '.join([text[start:end], *readings])}]]"
        last = end
    assert read + text[last:] == marked
