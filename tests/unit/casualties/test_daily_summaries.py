"""How governors, rescuers and administrations tell of a day's dead and hurt, as agencies hand it on."""

import pytest

from contracts.article import RawArticle
from services.casualties.extract import extract, load
from services.text.places import find_places
from services.text.reading import read

MODEL = load(None)


def claims(text):
    article = RawArticle(title="Report", text=text, published_at="2025-06-05T18:00:00Z")
    names = {p.place_id: p.name for p in find_places(read(article), MODEL.gazetteer)}
    return [(c, names.get(c.place_id)) for c in extract(article, MODEL).casualties]


def told(text):
    return [(str(c.harm), c.count.best if c.count.best is not None else c.count.min) for c, _ in claims(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # years of birth stand where others give ages
        ("A boy born in 2010 was hurt.", [("injured", 1)]),
        ("Two clerks, born in 1970 and 1983, were killed.", [("killed", 2)]),
        ("Women born in 1949, 1951 and 1957 were killed.", [("killed", 3)]),
        ("A man born in 1964 was hurt. A man born in 1989 was hurt.", [("injured", 1), ("injured", 1)]),
        ("The clerk was born in 1970.", []),
        # the dead who are called so twice
        ("The body of a dead clerk was found.", [("killed", 1)]),
        ("Rescuers pulled out the body of a deceased woman.", [("killed", 1)]),
        ("They cried death to two dead clerks.", [("killed", 2)]),
        # wounds that kill
        ("The blast caused fatal injuries to two clerks.", [("killed", 2)]),
        ("The blast caused grave injuries to two clerks.", [("injured", 2)]),
        # what a thing does that people were in
        ("Three passengers of a bus that was driving past at the time were hurt.", [("injured", 3)]),
        ("Two clerks of a mill that stands near the border were killed.", [("killed", 2)]),
        # who nurses is not hurt
        ("Surgeons are fighting for her life.", []),
        ("Two surgeons are fighting for their lives.", [("injured", 2)]),
        # what stands behind a semicolon has a subject of its own
        (
            "Two clerks who had been trapped were freed; a third, a nurse, did not survive.",
            [("trapped", 2), ("killed", 1)],
        ),
        # those in hospital beside the dead
        ("The raid left one clerk dead and three in hospital.", [("killed", 1), ("injured", 3)]),
        ("One clerk died, and three in hospital gowns ran.", [("killed", 1)]),
    ],
)
def test_words_of_summaries_are_read(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # who governs a region speaks of the town that was told of
        ("Shells hit Nikopol. A clerk died, Dnipropetrovsk governor Ana Ruiz wrote.", "Nikopol"),
        ("Drones hit Izium. A clerk died, the head of the Kharkiv Regional Military Administration said.", "Izium"),
        ("Shells hit Nikopol. A clerk died, the head of the Dnipropetrovsk OVA reported.", "Nikopol"),
        ("Drones hit Izium. A clerk died, police in the Kharkiv region said.", "Izium"),
        # and of his own where the town lies elsewhere
        ("Drones flew over Izium. A clerk died, Dnipropetrovsk governor Ana Ruiz wrote.", "Dnipropetrovsk Oblast"),
        ("Drones hit Izium. A clerk died in Kharkiv.", "Kharkiv"),
    ],
)
def test_who_governs_a_region_speaks_of_its_towns(text, expected):
    assert [place for _, place in claims(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # whose blow it was is no town that nobody knows
        ("Drones hit Odesa. Two clerks were killed in the Russian attack.", ["Odesa"]),
        ("Drones hit Odesa. Two clerks were hurt in Ukrainian drone strikes.", ["Odesa"]),
        ("Drones hit Odesa. Two clerks were hurt in the village of Qworzhian.", [None]),
        ("Drones hit Odesa. Two clerks were hurt in Qworzha after Russian troops dropped a bomb.", [None]),
        # the town that was hit in a region, and what only holds a town
        ("Two clerks were hurt in Sumy region when a drone hit a mill in Konotop.", ["Konotop"]),
        ("Two clerks were hurt in Sumy region as troops crossed the border near Konotop.", ["Sumy Oblast"]),
        ("Two clerks were hurt in Sumy region, and drones hit Konotop.", ["Sumy Oblast"]),
        ("Two clerks were hurt in the Kherson suburb of Antonivka.", ["Antonivka"]),
        ("Two clerks were hurt in the suburbs of Kherson.", ["Kherson"]),
    ],
)
def test_the_town_that_was_hit_is_the_place(text, expected):
    assert [place for _, place in claims(text)] == expected


@pytest.mark.parametrize(
    ("text", "day", "scope"),
    [
        ("As of now, two clerks have died in Sumy.", None, "incident"),
        ("Bombs fell on Sumy on 25 May last year; nine clerks died.", "2024-05-25", "incident"),
        ("A boy born in 2010 was hurt in Sumy.", None, "incident"),
    ],
)
def test_the_day_and_the_scope_of_a_summary(text, day, scope):
    ((claim, _),) = claims(text)
    assert (str(claim.when.start) if claim.when else None, str(claim.scope)) == (day, scope)
