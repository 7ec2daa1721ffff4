"""The place of a claim: where it happened, not where somebody speaks or was taken, nor a town of the paragraph before."""

import pytest

from contracts.article import RawArticle
from services.casualties.extract import extract, load
from services.text.places import find_places
from services.text.reading import read

MODEL = load(None)


def places(text, title="Attack"):
    article = RawArticle(title=title, text=text)
    names = {p.place_id: p.name for p in find_places(read(article), MODEL.gazetteer)}
    return [names.get(c.place_id) for c in extract(article, MODEL).casualties]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bombs fell on Kherson, killing four, a hospital in Odesa said.", ["Kherson"]),
        ("Bombs fell on Kherson. According to officials in Kyiv four people were killed.", ["Kherson"]),
        ("Shells hit Nikopol. Nineteen people with injuries were taken to Dnipro.", ["Nikopol"]),
        ("SRINAGAR, May 10: Shelling in Poonch killed two people.\n\nOne more died in the night.", ["Pūnch", "Pūnch"]),
        # a mayor and a province's police speak of what happened there
        ("Three people were killed, the mayor of Kharkiv said.", ["Kharkiv"]),
        # a new paragraph without a place returns to the main one
        (
            "In Kharkiv three people were killed.\n\nIn Odesa four people were hurt.\n\nOne woman died.",
            ["Kharkiv", "Odesa", "Kharkiv"],
        ),
        # within a paragraph the last place that it was led to counts
        ("Two people died in Kyiv. In Lutsk drones struck a house. Thirty were injured.", ["Kyiv", "Lutsk"]),
        # those in a list of towns are its own, and not of what is told next
        (
            "In Sumy region three died: two in Konotop and one in Romny. Another eight people were hurt.",
            ["Sumy Oblast", "Konotop", "Romny", "Sumy Oblast"],
        ),
        ("Raids across Syria killed 60 people, of whom 23 died in Homs and 11 in Hama.", ["Syria", "Homs", "Hama"]),
        # what is told behind a semicolon happened elsewhere
        (
            "Nine died in Kharkiv region. In the village of Qworzha, a man died; in Izium, a woman was hurt.",
            ["Kharkiv Oblast", "Kharkiv Oblast", "Izium"],
        ),
        # a capital that counts
        ("Bombs fell on Kherson, killing six. Kyiv put the number of dead at nine.", ["Kherson", "Kherson"]),
        ("Kyiv was shaken by blasts. Two died as bombs fell on Ukraine's capital. In Sumy two died.", ["Kyiv", "Sumy"]),
        # what stands over a paragraph holds for it
        ("MALI. An attack on a camp killed nine people.\n\nNIGER. Ten soldiers died.", ["Mali", "Niger"]),
        # a town that the gazetteer does not know is not the one before
        ("Two people died in Kharkiv. Nine were killed in the fishing village of Qworzha.", ["Kharkiv", None]),
        # nor is the seat of who counts, and a capital that denies it
        ("Jets bombed Kharkiv. The toll has risen to 25, said a monitor based in Britain.", ["Kharkiv"]),
        ("Jets bombed Kharkiv. The London-based monitor said four people were killed.", ["Kharkiv"]),
        ("Moscow denies a strike.\n\nA bomb fell on Kharkiv.\n\nFour people were killed.", ["Kharkiv"]),
        # what lies near a city is a town of its own, where the text names it
        ("Jets struck near Damascus.\n\nThe raids on Douma went on for hours.\n\nTen people were killed.", ["Douma"]),
        ("A bomb went off near Lviv.\n\nHelp came in from Drohobych.\n\nTwo people were killed.", ["Lviv"]),
        # the town of a dateline is none as long as a province or a part of a country is named
        ("RAWALPINDI: Six soldiers were killed in a clash in Balochistan.", ["Balochistan"]),
        ("KABUL, Afghanistan (AP) — Four people died in a blast in Helmand province.", ["Helmand"]),
        ("BAMAKO: Nine villagers were killed by gunmen in northern Mali.", ["Mali"]),
        ("MOGADISHU: Nine people were killed by a car bomb.", ["Mogadishu"]),
        # nor is a country behind its border, or a town that distances are counted from
        ("Nine soldiers died in northern Burkina Faso, near the Mali border.", ["Burkina Faso"]),
        ("Four farmers were killed in Diyala province, some 130 km northeast of the capital Baghdad.", ["Diyala"]),
        ("Four farmers were killed in a village 6 km south of Kirkuk.", ["Kirkuk"]),
        # where the hurt were taken is none; a hospital that was hit is one
        (
            "Gunmen raided a village in Zamfara State. Two died.\n\nSeven were taken to hospital in Gusau.",
            ["Zamfara"] * 2,
        ),
        ("Bombs fell on a hospital in Kunduz, killing nine patients.", ["Kunduz"]),
        # a country that owns something, or gives a name, is no place
        ("Bombs hit Khartoum. The Sudan Doctors Network said 75 people were killed.", ["Khartoum"]),
        # nor is who backs officials, a river's bank or the site of a launch
        ("Two men were killed on Friday, Moscow-backed officials said. Shells hit Horlivka.", ["Horlivka"]),
        ("Shells hit Kherson on the Dnipro's west bank, killing a man.", ["Kherson"]),
        ("Missiles launched from Voronezh hit a block in Sumy. Three people were hurt.", ["Sumy"]),
        # nor is a country whose officials or forces act, a clock, or a part of the world
        ("Two sailors died in a raid on a ship in the Red Sea, US officials said.", ["Red Sea"]),
        (
            "A missile killed two sailors off Yemen at 11 a.m. (Sanaa time), according to U.S. Central Command.",
            ["Yemen"],
        ),
        (
            "A mine killed a deckhand in the Black Sea, said the U.K. military, which has bases in the Middle East.",
            ["Black Sea"],
        ),
        # the countryside of a city only holds the town that is meant
        (
            "Jets bombed the northern countryside of Homs.\n\nBombs fell on Talbiseh.\n\nTen people were killed.",
            ["Tallbisah"],
        ),
        # a province of its paragraph goes before the main town, which lies in another
        (
            "Two people died in Bakhmut.\n\nVillages of Kherson Oblast were shelled 60 times. Two people were hurt.",
            ["Bakhmut", "Kherson Oblast"],
        ),
        # what follows a town that the gazetteer does not know is not in the one before
        (
            "Two people died in Kharkiv.\n\nBombs hit houses in the village of Qworzha. A man was hurt.",
            ["Kharkiv", None],
        ),
        ("Two people died in Sumy and one more in Lutsk.", ["Sumy", "Lutsk"]),
        ("Shells killed three people in Sumy and two in Lutsk.", ["Sumy", "Lutsk"]),
        # a total over several towns is in what holds them
        ("Five people were killed in Ukraine, three in Kharkiv and two in Sumy.", ["Ukraine", "Kharkiv", "Sumy"]),
        # a day in a dateline, and a byline above it, make it no less one
        ("By Ana Ruiz\n\nKYIV, 14 May 2025 - Eight people were killed when bombs fell on Lutsk.", ["Lutsk"]),
        ("KYIV, Ukraine, Tuesday: Nine people were hurt in Lutsk.", ["Lutsk"]),
        # what a town lies beside, or across a river from
        ("Jets bombed a house in Douma, east of Damascus, killing a couple.", ["Douma"]),
        ("In Omdurman, across the Nile from Khartoum, a shell killed nine passengers.", ["Omdurman"]),
        # another clause has a place of its own
        ("Bombs fell on Sumy, wounding four people, and shells on Lutsk left a cook dead.", ["Sumy", "Lutsk"]),
        # all of a province
        (
            "In Donetsk Oblast one person was killed in Bakhmut and nine were hurt across the region.",
            ["Bakhmut", "Donetsk Oblast"],
        ),
        # what a figure leaves out
        ("So far 3,185 clerks have been killed in Donetsk Oblast, not counting Mariupol.", ["Donetsk Oblast"]),
        ("Shells fell on Sumy.\n\nResidents of Lutsk said that drones had killed two medics.", ["Lutsk"]),
    ],
)
def test_the_place_of_a_claim(text, expected):
    assert places(text) == expected


def test_equal_figures_of_two_towns_are_two_claims():
    text = "Three people were killed in Kharkiv on Monday.\n\nThree people were killed in Odesa on Monday."
    first, second = extract(RawArticle(title="Strikes", text=text), MODEL).casualties
    assert second.same_as is None
    assert first.place_id != second.place_id
