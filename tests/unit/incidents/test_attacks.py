from datetime import date

import pytest

from contracts.incidents import IncidentType, LinkRole
from services.incidents.index import MemoryIndex, link
from tests.support.stories import ARDBURG, COUNTRY, FAR_TOWN, NEXT_TOWN, START, article, mention, on, report

NIGHT = (
    "Drones and missiles hit Ukrainian cities",
    (
        "KYIV, Ukraine - Russian missiles and drones struck Kyiv, Dnipro and Kryvyi Rih overnight, officials said on Wednesday. "
        "In Kyiv four people were killed. In Dnipro a missile strike killed nine people overnight."
    ),
)


def whole_and_parts(of):
    whole = mention(of, place=COUNTRY, coordinated=True, role=LinkRole.BACKGROUND)
    parts = [mention(of, place=p, whole=whole.mention_id) for p in (ARDBURG, FAR_TOWN)]
    return [*parts, whole]


def test_towns_that_one_sentence_lists_are_parts_of_one_attack(told):
    mentions = told(*NIGHT)
    (whole,) = [m for m in mentions if m.coordinated]
    assert (whole.place.name, whole.type, whole.role) == ("Ukraine", IncidentType.MISSILE_STRIKE, LinkRole.BACKGROUND)
    assert {m.place.name for m in mentions if m.whole == whole.mention_id} >= {"Kyiv", "Dnipro", "Kryvyi Rih"}
    assert whole.killed is None  # what is told of the parts is not summed


TOLD_ON = {
    "a drone attack also": (
        "A missile strike on Kyiv overnight killed four people. A drone attack also hit Dnipro, where nine people died.",
        {"Kyiv", "Dnipro"},
    ),
    "three sentences": (
        (
            "Ukraine reported a missile strike on Kyiv on Tuesday night. A drone attack on Dnipro also killed nine people. "
            "At the same time a missile strike on Odesa wounded two."
        ),
        {"Kyiv", "Dnipro", "Odesa"},
    ),
    "nothing tells on": (
        "A missile strike on Kyiv overnight killed four people. A drone attack on Dnipro killed nine people.",
        set(),
    ),
    "told on of shelling": (
        "A missile strike on Kyiv overnight killed four people. Shelling of Kherson also killed two people.",
        set(),
    ),
    "day after day": (
        "A missile strike on Kyiv overnight killed four people. Drone attacks on Dnipro also killed nine people in recent weeks.",
        set(),
    ),
}


@pytest.mark.parametrize(("text", "towns"), TOLD_ON.values(), ids=TOLD_ON)
def test_sentences_that_tell_on_tell_of_parts_of_one_attack(told, text, towns):
    mentions = told("Attack on Ukraine", text)
    wholes = [m for m in mentions if m.coordinated]
    assert len(wholes) == bool(towns)
    assert {m.place.name for m in mentions if m.whole} == towns


def test_what_was_struck_over_weeks_is_no_attack_of_one_night(told):
    mentions = told(
        "", "Ukraine: missiles struck Kyiv, Dnipro and Kryvyi Rih repeatedly in the past two weeks, officials said."
    )
    assert [m for m in mentions if m.coordinated or m.whole] == []


def test_one_town_is_no_part(told):
    assert [m for m in told("", "Ukraine: drones struck Kyiv overnight, killing two people.") if m.coordinated] == []


def test_a_part_says_what_it_is_part_of_and_an_article_on_one_town_links_to_the_part():
    index = MemoryIndex()
    of = article(0)
    one, other, whole = link(index, of, whole_and_parts(of)).links
    assert (one.part_of, other.part_of, whole.part_of) == (whole.incident_id, whole.incident_id, None)
    assert index.ledgers[one.incident_id].incident.part_of == whole.incident_id
    assert index.ledgers[whole.incident_id].incident.part_of is None
    local = article(1, hours=2)
    (found,) = link(index, local, [mention(local, **report(local, 4))]).links
    assert found.incident_id == one.incident_id
    assert index.ledgers[one.incident_id].incident.part_of == whole.incident_id
    assert index.ledgers[whole.incident_id].incident.killed.current is None


def test_two_articles_tell_of_one_attack_with_the_same_parts():
    index = MemoryIndex()
    a, b = article(0), article(1, hours=3)
    first, second = (link(index, of, whole_and_parts(of)).links for of in (a, b))
    assert [x.incident_id for x in first] == [x.incident_id for x in second]


def test_a_town_that_no_attack_lists_is_part_of_nothing():
    index = MemoryIndex()
    of = article(0)
    link(index, of, whole_and_parts(of))
    other = article(1, hours=1)
    (found,) = link(index, other, [mention(other, place=NEXT_TOWN, when=on(date(START.year, 1, 2)))]).links
    assert found.part_of is None
    assert index.ledgers[found.incident_id].incident.part_of is None
