"""What stands for a name: offices, pronouns, and those who speak for somebody."""

from __future__ import annotations

import re

import pytest

from contracts.article import RawArticle
from services.entities.link import Named, link
from services.entities.offices import beside, definite
from services.entities.standins import standins
from services.text.reading import read, span_of

PERSONS = ("Ann Lee", "Lee", "Karim Haddad", "Haddad", "Olha Bondar")
BODIES = ("Coast Guard", "Red Star Brigade")


def mentions(article: RawArticle) -> list[Named]:
    return [
        Named(span_of(article, "text", *match.span()), label)
        for label, names in (("PERSON", PERSONS), ("ORG", BODIES))
        for match in re.finditer("|".join(rf"\b{name}\b" for name in names), article.text)
    ]


def stood_for(text: str) -> list[tuple[str, str]]:
    article = RawArticle(title="Harbour", text=text)
    found = standins(text, [s for s in read(article).sentences if s.field == "text"], mentions(article))
    return [(text[start:end], named.span.quote) for start, end, named in sorted(found, key=lambda f: (f.start, f.end))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Defence Minister Karim Haddad flew home.", [("Defence Minister", "Karim Haddad")]),
        ("Karim Haddad, the mayor of Port Sul, fled.", [("the mayor of Port Sul", "Karim Haddad")]),
        ("Karim Haddad, mayor of Port Sul.", [("mayor of Port Sul", "Karim Haddad")]),
        ("Ann Lee, head of the port's rescue office, fled.", [("head of the port's rescue office", "Ann Lee")]),
        ("Ann Lee, head of the Port Office said so.", [("head of the Port Office", "Ann Lee")]),
        ("Ann Lee, spokeswoman for the harbour said so.", []),
        ("After Minister Lee left, Shells fell.", [("Minister", "Lee")]),
        (
            "Governor Ann Lee spoke. Shells fell. The governor blamed the rebels.",
            [("Governor", "Ann Lee"), ("The governor", "Ann Lee")],
        ),
        ("Prime Minister Ann Lee spoke. The minister left.", [("Prime Minister", "Ann Lee")]),
        ("Ann Lee spoke. The governor left.", []),
        ("Governor Ann Lee spoke. The governor of Port Sul left.", [("Governor", "Ann Lee")]),
    ],
)
def test_offices(text: str, expected: list[tuple[str, str]]) -> None:
    assert stood_for(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Karim Haddad was seized at dawn. He was freed at noon.", [("He", "Karim Haddad")]),
        ("Karim Haddad said he saw it.", [("he", "Karim Haddad")]),
        ("Karim Haddad met Ann Lee. Mr Lee said no. He left.", [("He", "Lee")]),
        ("Ms Ann Lee met Karim Haddad, and he spoke.", [("he", "Karim Haddad")]),
        ("Karim Haddad spoke. A young man was shot. He died.", []),
        ("Karim Haddad spoke about a driver, and he wept.", []),
        ("Shells fell. Rain fell. He left.", []),
        ("Karim Haddad left. It rained. Shells fell. Trams stood still. He came back.", []),
        ("“He is a liar,” Karim Haddad said.", []),
        ("Karim Haddad spoke of his house.", []),
    ],
)
def test_he_and_she(text: str, expected: list[tuple[str, str]]) -> None:
    assert stood_for(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"I saw it," said Karim Haddad.', [("I", "Karim Haddad")]),
        ("“I ran,” Karim Haddad said. “They shot at me.”", [("I", "Karim Haddad"), ("me", "Karim Haddad")]),
        ("Ann Lee said: “They shot.\n\n“I ran home.”", [("I", "Ann Lee")]),
        ("Ann Lee said: “They shot.”\n\n“I ran home.”", []),
        ("“I ran,” a farmer said. Karim Haddad was away.", []),
        ("I met Karim Haddad in the camp.", []),
        ("Ann Lee said:\n\nI am shocked by this attack.", [("I", "Ann Lee")]),
        (
            "“We will answer,” said Ann Lee, the Red Star Brigade spokeswoman.",
            [("We", "Red Star Brigade"), ("the Red Star Brigade spokeswoman", "Ann Lee")],
        ),
        ("“We will answer,” said Ann Lee.", []),
        ("We asked Ann Lee, head of Coast Guard.", [("head of Coast Guard", "Ann Lee")]),
    ],
)
def test_own_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert stood_for(text) == expected


def test_a_stand_in_is_a_mention_of_the_full_name_and_changes_neither_label_nor_name() -> None:
    article = RawArticle(title="Harbour", text="Governor Ann Lee came. Lee spoke. She left.")
    named = mentions(article)
    alone = link(named)
    both = link(
        [
            *named,
            *(
                Named(span_of(article, "text", s.start, s.end), "PERSON", stands_for=s.named.span.quote)
                for s in standins(article.text, read(article).sentences[1:], named)
            ),
        ]
    )
    assert [(e.name, e.label, e.confidence) for e in both] == [(e.name, e.label, e.confidence) for e in alone]
    assert [s.quote for e in both for s in e.spans] == ["Governor", "Ann Lee", "Lee", "She"]


def test_offices_are_read_in_time_that_grows_with_the_text() -> None:
    text = "The Acting Deputy " * 2_000 + "Minister Ann Lee, " + "the Chief of the " * 2_000
    at = text.index("Ann Lee")
    assert [text[s:e] for s, e in beside(text, at, at + 7)][:1] != [""]
    assert list(definite("the minister of the minister")) == [(16, 28, "minister")]
