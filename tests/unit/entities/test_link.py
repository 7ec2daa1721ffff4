"""Mentions brought together: surnames, acronyms, spellings, labels."""

from __future__ import annotations

import pytest

from contracts.spans import Span
from services.entities.link import Named, link


def mentions(*named: tuple[str, str]) -> list[Named]:
    found, at = [], 0
    for text, label in named:
        found.append(Named(Span(field="text", start=at, end=at + len(text), quote=text), label))
        at += len(text) + 1
    return found


def linked(*named: tuple[str, str]) -> list[tuple[str, str, list[str]]]:
    return [(e.label, e.name, [s.quote for s in e.spans]) for e in link(mentions(*named))]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (
            [("Volodymyr Zelensky", "PERSON"), ("Zelensky", "PERSON"), ("Zelenskyy's", "PERSON")],
            [("PERSON", "Volodymyr Zelensky", ["Volodymyr Zelensky", "Zelensky", "Zelenskyy's"])],
        ),
        (
            [("Zelensky", "PERSON"), ("Volodymyr Zelenskiy", "PERSON")],
            [("PERSON", "Volodymyr Zelenskiy", ["Zelensky", "Volodymyr Zelenskiy"])],
        ),
        (
            [("Syrian Democratic Forces", "ORG"), ("SDF", "ORG")],
            [("ORG", "Syrian Democratic Forces", ["Syrian Democratic Forces", "SDF"])],
        ),
        (
            [("the World Food Programme", "ORG"), ("WFP", "ORG"), ("World Food Programme", "ORG")],
            [("ORG", "the World Food Programme", ["the World Food Programme", "WFP", "World Food Programme"])],
        ),
        (
            [("Olena Koval", "PERSON"), ("Ihor Koval", "PERSON"), ("Koval", "PERSON")],
            [
                ("PERSON", "Olena Koval", ["Olena Koval"]),
                ("PERSON", "Ihor Koval", ["Ihor Koval"]),
                ("PERSON", "Koval", ["Koval"]),
            ],
        ),
        (
            [("Danylo Riabets", "PERSON"), ("Riabets", "NORP"), ("Riabets", "ORG")],
            [("PERSON", "Danylo Riabets", ["Danylo Riabets", "Riabets", "Riabets"])],
        ),
        (
            [("Hamas", "ORG"), ("Hamas", "ORG"), ("Hamas", "PERSON")],
            [("ORG", "Hamas", ["Hamas", "Hamas", "Hamas"])],
        ),
        (
            [("Ukrainian", "NORP"), ("Ukraine", "GPE")],
            [("NORP", "Ukrainian", ["Ukrainian"]), ("GPE", "Ukraine", ["Ukraine"])],
        ),
        ([], []),
    ],
    ids=[
        "surname",
        "surname first",
        "acronym",
        "article",
        "namesakes stay apart",
        "surname taken for a people",
        "majority label",
        "no likeness",
        "nothing",
    ],
)
def test_linking(named: list[tuple[str, str]], expected: list[tuple[str, str, list[str]]]) -> None:
    assert linked(*named) == expected


def test_confidence_rises_with_agreement() -> None:
    one, many = link(mentions(("Hamas", "ORG")))[0], link(mentions(("Hamas", "ORG"), ("Hamas", "ORG")))[0]
    mixed = link(mentions(("Hamas", "ORG"), ("Hamas", "PERSON")))[0]
    assert mixed.confidence < one.confidence < many.confidence <= 1
