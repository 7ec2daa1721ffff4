"""Capitals meant by that word alone."""

import csv
from importlib import resources

import pytest

from contracts.article import RawArticle
from contracts.places import PlacePrecision
from services.text.capitals import find_capitals
from services.text.gazetteer import load_gazetteer
from services.text.places import find_places
from services.text.reading import read


def meant(text: str) -> list[tuple[str, str]]:
    article = RawArticle.model_validate({"title": "", "text": text, "published_at": "2024-05-16"})
    places = find_places(read(article), load_gazetteer())
    found = list(find_capitals({"title": "", "text": text}, places))
    return [(text[start:end], place.name) for _, start, end, place in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KYIV, 16 May - Drones hit Ukraine's capital at night.", [("Ukraine's capital", "Kyiv")]),
        ("Drones hit the Ukrainian capital at night. Kyiv was dark.", [("the Ukrainian capital", "Kyiv")]),
        ("Shells fell on Damascus. Two died in the capital.", [("the capital", "Damascus")]),
        ("Shells fell on Damascus. Two died in the besieged capital.", [("the besieged capital", "Damascus")]),
        ("Moscow denied it. Shells hit Kyiv, Sumy and Odesa, and two died in the capital.", [("the capital", "Kyiv")]),
        ("Moscow spoke of Kyiv. Two died in the Russian capital.", [("the Russian capital", "Moscow")]),
        ("Shells hit Kharkiv. Two died in Ukraine's capital.", []),
        ("Shells hit Kyiv. Two died in the regional capital.", []),
        ("Shells hit Kyiv. Two died in Sumy, capital of the region.", []),
        ("Shells hit Kyiv and a town outside the capital.", []),
        ("Shells hit Kyiv and a town 40 km north of Ukraine's capital.", []),
        ("Kyiv asked for capital. It asked for the capital markets and capital punishment.", []),
    ],
)
def test_a_capital_is_meant_where_nothing_else_is(text, expected):
    assert meant(text) == expected


def test_the_gazetteer_knows_every_capital_by_that_name():
    text = resources.files("services.text").joinpath("capitals.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t")
    capitals = [(row["country"], row["city"]) for row in rows]
    assert len(capitals) > 80
    known = {(p.country, p.name) for _, city in capitals for p in _places(f"Shells killed three in {city} on Monday.")}
    assert set(capitals) - known <= {("DJ", "Djibouti")}  # taken for the country


def _places(text: str):
    article = RawArticle.model_validate({"title": "", "text": text, "published_at": "2024-05-16"})
    return [p for p in find_places(read(article), load_gazetteer()) if p.precision is PlacePrecision.SETTLEMENT]
