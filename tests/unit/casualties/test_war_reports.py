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
        ("Rebels are said to have abducted 50 clerks.", [("abducted", 50)]),
        ("They have recovered a total of 16 bodies.", [("killed", 16)]),
        ("Monitors put the death toll as high as 37.", [("killed", 37)]),
        ("The death toll during the raids, according to monitors, has reached 13.", [("killed", 13)]),
        ("The number of the dead rose to 30.", [("killed", 30)]),
        ("Troops captured nearly 15 members of the ISIS.", [("captured", 15)]),
        ("The raid caused the death two children.", [("killed", 2)]),
        ("The town recorded 60 civilian deaths—ten women and 5 boys.", [("killed", 60), ("killed", 10), ("killed", 5)]),
        # the whole, however long its members are told of
        (
            "Some 30 clerks, including six members of a choir who were coming home, were killed.",
            [("killed", 30), ("killed", 6)],
        ),
        (
            "Six soldiers including 36-year-old Omar Said, 22-year-old Ali Hasan and 24-year-old Luis Soto were killed.",
            [("killed", 6), ("killed", 1)],
        ),
        ("It hit a bus of 40 clerks, including boys, and two guards were killed.", [("killed", 2)]),
        ("Nine men at least including 3 boys had suffocated.", [("injured", 9), ("injured", 3)]),
        ("Two clerks were killed and a dozen more including boys injured.", [("killed", 2), ("injured", 12)]),
        ("The number of people killed in the explosion of three old mines rose to 20.", [("killed", 20)]),
        ("The number of people killed in the raid on 19 March has risen to 31.", [("killed", 31)]),
        ("The number of people killed in the raid on March 19 has risen to 31.", [("killed", 31)]),
        ("The number of people killed by suspected Russian air strikes on a market rose to 20.", [("killed", 20)]),
        ("That brings to 46 the number of villagers killed in three days.", [("killed", 46)]),
        ("This raised to 46 the number of the dead, 6 of them boys.", [("killed", 46), ("killed", 6)]),
        ("It left two guards dead and a third seriously wounded.", [("killed", 2), ("injured", 1)]),
        ("Shells killed 12 displaced people and hurt nine.", [("killed", 12), ("injured", 9)]),
        ("Twelve displaced people were killed.", [("killed", 12)]),
        ("The camp took in 12,000 displaced people.", [("displaced", 12_000)]),
        ("The bodies of 16 people, and 36 wounded, were brought in.", [("killed", 16), ("injured", 36)]),
        ("Nine people suffered breathing problems.", [("injured", 9)]),
        (
            "Raids killed 60 people, of whom 23 died in Homs and 11 in Hama.",
            [("killed", 60), ("killed", 23), ("killed", 11)],
        ),
        ("By Saturday the mission had counted 35 killed and 82 hurt.", [("killed", 35), ("injured", 82)]),
        (
            "It lost some 4,000 troops, killed and wounded, in Kursk, Western officials said.",
            [("killed", 4000), ("injured", 4000)],
        ),
        ("The deceased were a couple aged 72 and 69.", [("killed", 2)]),
        ("The dead were two nurses and a boy.", [("killed", 2), ("killed", 1)]),
        ("The dead were buried in a couple of graves.", []),
        ("The raid killed Olena Koval, 41, a teacher, and her daughter.", [("killed", 1), ("killed", 1)]),
        ("One of those injured in Monday's strike on Sumy later died.", [("killed", 1)]),
        ("Two of the injured have since died.", [("killed", 2)]),
        ("The toll has since climbed to nine.", [("killed", 9)]),
        # what became of people
        ("Two men are in hospital with burns.", [("injured", 2)]),
        ("Two men are in hospital.", []),
        ("Two labourers escaped with bruises.", [("injured", 2)]),
        ("Their son survived with burns.", [("injured", 1)]),
        ("Their son survived with the help of doctors.", []),
        ("Nine died. The fate of one more person remains unknown.", [("killed", 9), ("missing", 1)]),
        ("The whereabouts of six miners were unclear.", [("missing", 6)]),
        ("The fate of six miners was sealed by the court.", []),
        ("The raid was heavy: 63 residents sought medical help.", [("injured", 63)]),
        ("Nine people needed medical attention.", [("injured", 9)]),
        ("Nine soldiers sought medical help for the town.", []),
        ("Nine people would need medical attention.", []),
        ("Six people were wounded. Three of them are in hospital.", [("injured", 6), ("injured", 3)]),
        ("Her brother is in a coma.", [("injured", 1)]),
        (
            "One died and three were hurt. A woman with a head injury is in intensive care.",
            [("killed", 1), ("injured", 3), ("injured", 1)],
        ),
        ("Five clerks were hospitalised; two of them are in serious condition.", [("injured", 5), ("injured", 2)]),
        # whom the next sentence or "in addition to" tells of
        ("The raid killed nine. Among them were two nurses and a boy.", [("killed", 9), ("killed", 2), ("killed", 1)]),
        ("The raid killed nine and hurt six. Among them were two nurses.", [("killed", 9), ("injured", 6)]),
        (
            "It led to the death of a woman in addition to 5 clerks including 2 boys.",
            [("killed", 1), ("killed", 5), ("killed", 2)],
        ),
        ("It led to the death of two men in addition to 24 injured.", [("killed", 2), ("injured", 24)]),
        ("A raid killed nine people, including the village chief.", [("killed", 9), ("killed", 1)]),
        ("A raid killed nine people, including the couple.", [("killed", 9)]),
        # others than those before
        (
            "Two guards were killed, including a boy, 38 others injured.",
            [("killed", 2), ("killed", 1), ("injured", 38)],
        ),
        (
            "Bombs killed nine clerks, including a boy, outside Homs and another 23, among them six girls, in Hama.",
            [("killed", 9), ("killed", 1), ("killed", 23), ("killed", 6)],
        ),
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


def test_the_opening_takes_the_town_that_follows():
    text = "Drones hit a hospital in southern Sudan, killing six people.\n\nA store in El Obeid burned down."
    assert places(text) == ["El Obeid"]
    assert places("Floods in southern Sudan killed six people.\n\n" + "It rained. " * 80 + "In El Obeid too.") == [
        "Sudan"
    ]


def days(text):
    return [str(c.when.start) if c.when else None for c in claims(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # another story's day is not that of the first
        (
            "Gunmen killed nine guards, monitors said on Wednesday.\n\nMeanwhile, two clerks died last Saturday in Lima.",
            ["2024-05-15", "2024-05-11"],
        ),
        # nor that of an attack long ago, where a sentence has the day of this one
        (
            "Gunmen killed nine guards.\n\nThe attack took place on Sunday.\n\nIt was theirs.\n\nOn April 3 gunmen killed two.",
            ["2024-05-12", "2024-04-03"],
        ),
        (
            "On Sunday gunmen killed nine guards, the worst attack since a revolt began in the land in 2015.",
            ["2024-05-12"],
        ),
        (
            "Nine guards died in the worst attack on Sunday since violence broke out in the land in 2015.",
            ["2024-05-12"],
        ),
        (
            "A raid on Sunday killed Omar Said, who led them after Ali Hasan, who troops killed in March.",
            ["2024-05-12"],
        ),
        ("Last March, attacks on villages had a death toll of 14 people.", ["2024-03-01"]),
    ],
)
def test_days_are_those_of_the_blow(text, expected):
    assert days(text) == expected


def test_a_day_is_no_town():
    assert places("Rockets hit Homs on October 6, 2023, killing two people.") == ["Homs"]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("The bodies of 909 soldiers were returned on Friday.", "cumulative"),
        ("Moscow handed over 1,212 bodies on Friday.", "cumulative"),
        ("Rescuers recovered the bodies of 19 villagers on Friday.", "incident"),
        ("The army says that 840 rebels have been killed as of today.", "cumulative"),
        ("The strike killed 14 people as of now.", "incident"),
        ("The bodies of two soldiers were returned on Friday.", "incident"),
    ],
)
def test_the_fallen_that_are_given_back_are_of_many_blows(text, scope):
    assert [str(c.scope) for c in claims(text)] == [scope]


def test_neither_a_birth_nor_a_rank_dates_a_death():
    (one,) = claims("One of those killed is a girl born in 2017.", title="")
    assert (str(one.scope), one.when and one.when.start) == ("incident", None)
    (many,) = claims("A missile killed 34 people in Sumy, the deadliest attack on the country this year.", title="")
    assert many.when is None or many.when.start is None


def test_a_day_long_before_the_one_on_which_it_is_told_is_not_that_of_the_harm():
    found = claims(
        "Officials said on Tuesday that one man was killed in Sumy.\n\nThe army began its raids on 8 October 2023.",
        title="Drone kills one in Sumy",
    )
    assert {str(c.when.start) for c in found if c.when} == {"2024-05-14"}


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("The strike wounded five soldiers. Two civilians were also wounded.", True),
        ("The strike wounded five people. Two civilians were also wounded.", False),  # of them or beside them
        ("The raid killed ten members of the family. Five children were also killed.", False),
    ],
)
def test_civilians_who_were_also_harmed_are_none_of_the_soldiers(text, added):
    whole, more = claims(text)
    assert (more.adds_to == whole.claim_id) is added


def test_one_death_of_a_month_is_that_of_its_day():
    text = (
        "Police arrested a man in a May 2024 murder. They charged him with the death of Adam Nowak, 22.\n\n"
        "At 4 a.m. on May 12, 2024, police were called to a street in Lublin, where they found Nowak shot dead."
    )
    found = [c for c in claims(text, title="Arrest in murder", published="2024-05-28T12:00:00Z") if c.harm == "killed"]
    assert found
    assert all(c.scope == "incident" for c in found)
