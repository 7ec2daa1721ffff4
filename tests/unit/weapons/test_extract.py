from __future__ import annotations

import pytest

from contracts.article import RawArticle
from contracts.weapons import WeaponMention
from services.weapons.extract import extract
from services.weapons.lexicon import load_lexicon


def mentions(text: str, title: str = "") -> list[WeaponMention]:
    return list(extract(RawArticle(title=title, text=text), load_lexicon()).weapons)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("The navy launched four Kalibr cruise missiles overnight.", ["Kalibr cruise missiles"]),
        ("Ballistic and cruise missiles fell on the port.", ["Ballistic and cruise missiles"]),
        ("He spent the war as a patriot and bought a Jeep Patriot.", []),
    ],
)
def test_spans(text: str, quotes: list[str]) -> None:
    assert [mention.span.quote for mention in mentions(text)] == quotes
