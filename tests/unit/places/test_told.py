"""What is told of a name can make it a place against the model's label, and only what is told of no person."""

from __future__ import annotations

import pytest

from contracts.article import RawArticle
from services.text.gazetteer import load_gazetteer
from services.text.places import Hint, find_places
from services.text.reading import read


def quotes(text: str, *taken: tuple[str, str]) -> list[str]:
    """Return what is a place where a model took these names for what it says."""
    hints = [Hint("text", text.index(name), text.index(name) + len(name), label) for name, label in taken]
    found = find_places(read(RawArticle(title="", text=text)), load_gazetteer(), hints)
    return [quote for _, quote in sorted((s.start, s.quote) for p in found for s in p.spans)]


def test_a_surname_behind_y_is_no_town_of_a_war():
    assert quotes("ARTURO RIVERA Y DAMAS, ARCHBISHOP OF SAN SALVADOR, SPOKE.") == ["SAN SALVADOR"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Tessalit was shelled.", "PERSON"),
        ("Tessalit was again hit by two drones.", "PERSON"),
        ("Tessalit came under fire.", "ORG"),
        ("Tessalit changed hands.", "PERSON"),
        ("Tessalit airport stayed shut.", "PERSON"),
        ("Tessalit shelling killed three.", "NORP"),
        ("The Tessalit training ground is empty.", "ORG"),
        ("The rebels held the former Tessalit.", "PERSON"),
        ("Two women died in a house in Kurachove, prosecutors said.", "GPE"),  # another spelling
    ],
)
def test_what_befalls_a_place_alone(text: str, label: str) -> None:
    name = "Kurachove" if "Kurachove" in text else "Tessalit"
    assert quotes(text, (name, label)) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Tessalit was attacked.",
        "Tessalit was hit by a car.",
        "Tessalit fell to his death.",
        "Tessalit said that he was tired.",
        "Mr Tessalit was hit by a drone and died.",
    ],
)
def test_what_befalls_persons_too(text: str) -> None:
    assert quotes(text, ("Tessalit", "PERSON")) == []


def test_names_that_are_listed_with_places() -> None:
    text = "Beni, Butembo and Oicha were raided."
    assert quotes(text, ("Oicha", "PERSON")) == ["Beni", "Butembo", "Oicha"]
    assert "Hit" in quotes("The group held Ramadi, Falluja and Hit for years.", ("Ramadi", "GPE"))
    assert quotes("Kerry, Lavrov and Nicole met in Paris.", ("Nicole", "PERSON")) == ["Paris"]


def test_a_noun_behind_a_place_is_no_surname() -> None:
    assert quotes("Konduz mosque was empty.", ("Konduz mosque", "PERSON")) == ["Konduz"]
    assert quotes("He prayed at the Idgah mosque in Kabul.", ("Idgah mosque", "FAC")) == ["Kabul"]
    assert quotes("Konduz Ahmadi was here.", ("Konduz Ahmadi", "PERSON")) == []


def test_an_apposition_goes_with_a_person_where_it_ends() -> None:
    assert quotes("Shells hit Vovchansk, a woman died.") == ["Vovchansk"]
    assert quotes("Hama, a boy of nine, was hurt.") == []


def test_villages_of_countries_at_war_are_expected() -> None:
    assert quotes("Nine people died in Furqlus.") == ["Furqlus"]
    assert quotes("Suweida was attacked on Sunday.", ("Suweida", "PERSON")) == ["Suweida"]
    assert quotes("Mr Suweida was attacked on Sunday.", ("Suweida", "PERSON")) == []
    assert quotes("The home of the al-Fara family was hit.", ("Fara", "PERSON")) == []
