"""What stands for organisations."""

from __future__ import annotations

import re

import pytest

from contracts.article import RawArticle
from services.entities.groups import group_standins
from services.entities.link import Named
from services.text.reading import read, span_of

NAMES = {"ORG": ("Red Star Brigade", "Hamza Front", "Port Ministry", "rebels"), "NORP": ("Malians",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Red Star Brigade fled. The group lost ten men.", [("The group", "Red Star Brigade")]),
        ("Guns of the Hamza Front were seized and the armed group left.", [("the armed group", "Hamza Front")]),
        ("The Port Ministry closed. The group left.", []),
        ("The Red Star Brigade fled. A group of boys ran. The group was lost.", []),
        ("The Port Ministry warned. Ships left, the ministry said.", [("the ministry", "Port Ministry")]),
        ("The Red Star Brigade warned. Ships left, the ministry said.", []),
        ("The Hamza Front lost a man. The militia groups left.", []),
        ("The Hamza Front said on Monday that it had fired.", [("it", "Hamza Front")]),
        ("The Hamza Front denied it.", []),
        ("The Hamza Front fled. It left two guns.", [("It", "Hamza Front")]),
        ("The Hamza Front fled. It was raining.", []),
        ("Members of the Hamza Front fled. It left two guns.", []),
        ("The rebels fled. They left two guns.", [("They", "rebels")]),
        ("Malians fled. They were hungry.", [("They", "Malians")]),
        ("The Hamza Front fled. They left two guns.", []),
        ("The rebels fled. Rain fell. They left two guns.", []),
    ],
)
def test_what_stands_for_an_organisation(text: str, expected: list[tuple[str, str]]) -> None:
    article = RawArticle(title="Harbour", text=text)
    named = [
        Named(span_of(article, "text", *match.span()), label)
        for label, names in NAMES.items()
        for match in re.finditer("|".join(names), text)
    ]
    found = group_standins([s for s in read(article).sentences if s.field == "text"], named)
    assert [(text[start:end], of.span.quote) for start, end, of in found] == expected
