"""Names of places as other languages and transliterations write them."""

from __future__ import annotations

import pytest

from services.text.gazetteer import load_gazetteer


@pytest.mark.parametrize(
    ("spelling", "place"),
    [
        ("Tchassiv Iar", "Chasiv Yar"),
        ("Wuhledar", "Vuhledar"),
        ("Zaporijia", "Zaporizhzhia"),
        ("Kafrnobol", "Kafr Nabl"),
        ("Patikul", "Patikul"),
    ],
)
def test_a_spelling_leads_to_its_place(spelling: str, place: str) -> None:
    assert load_gazetteer().named(spelling)[0].name == place
