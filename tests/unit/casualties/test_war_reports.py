"""How monitors and agencies tell of a war: sums over months beside the blows of a day, and words of their own."""

import pytest

from contracts.article import RawArticle
from services.casualties.extract import extract, load
from services.text.places import find_places
from services.text.reading import read

MODEL = load(None)


def claims(text, title="Report", published="2024-05-15T18:00:00Z"):
    article = RawArticle(title=title, text=text, published_at=published)
    return extract(article, MODEL).casualties


def told(text):
    return [(str(c.harm), c.count.best if c.count.best is not None else c.count.min) for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The town recorded 60 civilian deaths.", [("killed", 60)]),
        ("The toll was 40 civilian casualties.", []),
        ("The army neutralised 14 militants.", [("killed", 14)]),
        ("Captain Omar Said embraced martyrdom.", [("killed", 1)]),
        ("Nine people lost lives in the raid.", [("killed", 9)]),
        ("Eleven villagers suffocated after the attack.", [("injured", 11)]),
        ("The attack harmed two children.", [("injured", 2)]),
        ("The attack harmed the harvest.", []),
    ],
)
def test_words_of_harm_are_read(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        # what a war has cost, and a blow that is dealt while it goes on
        ("The conflict, now in its third year, has killed 40 clerks.", "cumulative"),
        ("A rocket is said to have killed nine clerks, as the conflict with its neighbour goes on.", "incident"),
        ("A car bomb in a town that the civil war had spared wounded nine clerks.", "incident"),
        ("Nine clerks died in the civil war.", "cumulative"),
        # a day and night are no period, but a toll over them is a sum
        ("In the past 24 hours nine clerks were killed.", "incident"),
        ("The toll rose to nine clerks in the past 24 hours.", "cumulative"),
        ("Over the past months nine clerks were killed.", "cumulative"),
        # so many attacks are not one
        ("Nine clerks were killed in 21 militant operations.", "cumulative"),
        ("Nine clerks were killed in two operations.", "incident"),
        # a paper is no daily count
        ("Gunmen killed nine clerks, the Daily Herald wrote.", "incident"),
        ("Gunmen daily kill nine clerks there.", "cumulative"),
        ("Fighting in the province has displaced more than 200,000 clerks.", "cumulative"),
        ("Troops went in on 8 May, which led to a war, killing more than 4,000 clerks.", "cumulative"),
    ],
)
def test_sums_are_told_from_blows(text, scope):
    assert {str(c.scope) for c in claims(text)} == {scope}


def test_the_share_of_a_running_total_is_one_too():
    text = "Since May mines have killed 90 people. Of the total number, monitors counted the deaths of 30 farmers."
    assert [str(c.scope) for c in claims(text)] == ["cumulative", "cumulative"]


def places(text):
    article = RawArticle(title="Report", text=text)
    names = {p.place_id: p.name for p in find_places(read(article), MODEL.gazetteer)}
    return [names.get(c.place_id) for c in extract(article, MODEL).casualties]


def test_a_running_total_is_the_countrys():
    text = "Mines killed two people in Homs.\n\nAt least 900 people have been killed since the war began in Syria."
    assert places(text) == ["Homs", "Syria"]
    assert places("Mines killed two people in Homs.\n\nSince May mines have killed 90 people.") == ["Homs", None]


def test_a_day_is_no_town():
    assert places("Rockets hit Homs on October 6, 2023, killing two people.") == ["Homs"]
