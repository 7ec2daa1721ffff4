"""Short articles, marked in full by hand before they were read: most are read exactly, and scores may not fall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.golden.articles.marked import Golden, Mark, as_read, marked, parse

HERE = Path(__file__).parent
GOLDEN = list(parse((HERE / "articles.txt").read_text(encoding="utf-8")))
MISSED = {line for line in (HERE / "missed.txt").read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")}
UNREAD = list(parse((HERE / "unread.txt").read_text(encoding="utf-8")))
#: The least F1 of what is marked, by kind: claims, weapons, places, dates, incidents.
FLOORS = {"c": 0.91, "w": 0.92, "p": 0.99, "d": 0.99, "incidents": 0.69}
#: The same of the longer articles, on which no rule is to be tuned: what a user meets.
UNREAD_FLOORS = {"c": 0.67, "w": 0.52, "p": 0.94, "d": 0.87, "incidents": 0.37}


@cache
def reading(number: int) -> Golden:
    return as_read(GOLDEN[number])


@cache
def unread(number: int) -> Golden:
    return as_read(UNREAD[number])


def test_there_are_articles_enough() -> None:
    assert len(GOLDEN) > 60
    assert len({golden.name for golden in GOLDEN}) == len(GOLDEN)
    assert {golden.name for golden in GOLDEN} >= MISSED


@pytest.mark.parametrize("number", range(len(GOLDEN)), ids=[golden.name for golden in GOLDEN])
def test_it_is_read_as_marked(number: int) -> None:
    golden = GOLDEN[number]
    if golden.name in MISSED:
        assert marked(reading(number)) != marked(golden), f"{golden.name} is read now: take it out of missed.txt"
    else:
        assert marked(reading(number)) == marked(golden)


@pytest.mark.parametrize("kind", FLOORS)
def test_scores_do_not_fall(kind: str) -> None:
    assert f1(kind, GOLDEN, reading) >= FLOORS[kind]


@pytest.mark.parametrize("kind", UNREAD_FLOORS)
def test_scores_of_unread_articles_do_not_fall(kind: str) -> None:
    assert f1(kind, UNREAD, unread) >= UNREAD_FLOORS[kind]


def f1(kind: str, articles: Sequence[Golden], read: Callable[[int], Golden]) -> float:
    """Return the F1 over all articles of exact marks of a kind, or of exact incidents."""
    right = found = wanted = 0
    for number, golden in enumerate(articles):
        mine, theirs = Counter(_of(kind, read(number))), Counter(_of(kind, golden))
        right, found, wanted = right + (mine & theirs).total(), found + mine.total(), wanted + theirs.total()
    return 2 * right / (found + wanted)


def _of(kind: str, golden: Golden) -> list[Mark] | list[str]:
    return golden.incidents if kind == "incidents" else [mark for mark in golden.marks if mark.kind == kind]
