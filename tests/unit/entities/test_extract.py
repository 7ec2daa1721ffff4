"""Entities and places of articles, with the real language model."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.annotation import EntitiesPayload
from contracts.article import RawArticle
from services.entities.extract import Model, _parts, extract, extract_many, load


@pytest.fixture(scope="module")
def model() -> Model:
    return load()


def labelled(payload: EntitiesPayload) -> dict[str, str]:
    return {entity.name: entity.label for entity in payload.entities}


def test_places_come_first_and_people_are_linked(model: Model) -> None:
    text = "President Volodymyr Zelensky met Jens Stoltenberg, the head of NATO, in Kyiv. Mr Zelensky thanked NATO."
    found = extract(RawArticle(title="Zelensky in Kyiv", text=text), model)
    spans = {e.name: [(s.field, s.quote) for s in e.spans] for e in found.entities}
    assert spans["Volodymyr Zelensky"] == [
        ("title", "Zelensky"),
        ("text", "President"),
        ("text", "Volodymyr Zelensky"),
        ("text", "Zelensky"),
    ]
    assert spans["Jens Stoltenberg"] == [("text", "Jens Stoltenberg"), ("text", "the head of NATO")]
    assert spans["Kyiv"] == [("title", "Kyiv"), ("text", "Kyiv")]
    assert labelled(found) == {
        "Kyiv": "GPE",
        "Volodymyr Zelensky": "PERSON",
        "Jens Stoltenberg": "PERSON",
        "NATO": "ORG",
    }
    assert [p.place_id for p in found.places] == [e.place_id for e in found.entities if e.place_id]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Missiles hit the Okhmatdyt children's hospital on Monday.", "Okhmatdyt", "FAC"),
        ("The ship sank in the Black Sea.", "Black Sea", "LOC"),
        ("Fighting went on in the Donetsk region.", "Donetsk Oblast", "GPE"),
        ("ISIL claimed the attack.", "Islamic State", "ORG"),
        ("Daesh claimed the attack.", "Islamic State", "ORG"),
        ("Russian forces withdrew at night.", "Russian forces", "ORG"),
        ("The Iraqi security forces took the bridge.", "Iraqi security forces", "ORG"),
        ("The Quds Force denied it.", "Revolutionary Guards", "ORG"),
        ("The 72nd Mechanized Brigade held the town.", "72nd Mechanized Brigade", "ORG"),
        ("Operation Olive Branch began in January.", "Operation Olive Branch", "EVENT"),
        ("Task Force 51 sailed at dawn.", "Task Force 51", "ORG"),
        ("Syrian democratic forces took the dam.", "Syrian democratic forces", "ORG"),
        ("Shells fell on pro-government forces at dawn.", "pro-government forces", "ORG"),
        ("The Iraqi Army held the bridge.", "Iraqi Army", "ORG"),
        ("The EU agreed to new sanctions.", "European Union", "ORG"),
        ("The army shelled the town.", "army", "ORG"),
        ("Three women died when rebels shelled a market.", "rebels", "ORG"),
        ("They were shot by militants, a witness said.", "militants", "ORG"),
        ("Shells fell after the local authorities left.", "local authorities", "ORG"),
        ("Ukraine's air force shot down a drone.", "Ukraine's air force", "ORG"),
        ("Clashes broke out between junta troops and villagers.", "junta troops", "ORG"),
    ],
)
def test_labels(model: Model, text: str, name: str, label: str) -> None:
    assert labelled(extract(RawArticle(text=text), model)).get(name) == label


def test_a_ship_is_neither_a_person_nor_a_place(model: Model) -> None:
    found = extract(RawArticle(text="HMS Ocean and USS Hopper sailed to Oman, Captain Peter Hopper said."), model)
    assert labelled(found) == {"Oman": "GPE", "Peter Hopper": "PERSON"}


@pytest.mark.parametrize(
    "text", ["THE ARMY IS IN THE CITY, THE MAYOR WHO SAW IT SAID", "The drones, an S-300 and 155mm shells."]
)
def test_no_names_where_there_are_none(model: Model, text: str) -> None:
    assert not {"Islamic State", "World Health Organization", "S-300", "155mm"} & set(
        labelled(extract(RawArticle(text=text), model))
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("▪️ Rosatom", ["Rosatom"]),
        ("🕯️ Candles", ["Candles"]),
        ("1️⃣ The Red Cross 🔴", ["Red Cross"]),
        ("• «Wagner»", ["Wagner"]),
        ("Cafe\u0301", ["Cafe\u0301"]),
        ("Sudan - Shells", ["Sudan"]),
        ("KHARTOUM — Sudanese Red Crescent", ["KHARTOUM", "Sudanese Red Crescent"]),
        ("Ivano-Frankivsk", ["Ivano-Frankivsk"]),
        ("🔴 - ", []),
    ],
)
def test_what_is_no_part_of_a_name_is_left_out(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in _parts(text)] == names


def test_a_dateline_is_no_organisation(model: Model) -> None:
    found = extract(RawArticle(text="Sudan - Shells hit a market in El Fasher.", title="▪️ Rosatom denies it"), model)
    assert labelled(found).keys() & {"Sudan - Shells", "Shells", "▪️ Rosatom"} == set()
    assert labelled(found)["Sudan"] == "GPE"


@pytest.mark.parametrize(
    ("text", "surname", "label"),
    [
        ("The ministry named its head Danylo Riabets, 44. The Riabets house burned.", "Danylo Riabets", "PERSON"),
        ("Lawmaker Amos Israeli spoke. Israeli jets flew.", "Israeli", "NORP"),
    ],
)
def test_a_surname_is_its_persons_unless_it_is_a_peoples(model: Model, text: str, surname: str, label: str) -> None:
    found = extract(RawArticle(text=text), model)
    last = text.rindex(surname.rsplit(maxsplit=1)[-1])
    assert [e.label for e in found.entities if last in {s.start for s in e.spans}] == [label]
    assert labelled(found)[surname] == label


def test_a_batch_gives_what_one_by_one_gives(model: Model) -> None:
    articles = [
        RawArticle(title="Strike on Odesa", text="Three people died in Odesa, mayor Hennadii Trukhanov said."),
        RawArticle(text="Nothing of note."),
        RawArticle(text="The UN said El Fasher was shelled by the Rapid Support Forces."),
    ]
    assert extract_many(articles, model) == [extract(article, model) for article in articles]


PIECES = st.sampled_from(
    ["Kyiv", "Volodymyr Zelensky", "the UN", "IS", "Russian forces", "🚀", "e\u0301", "\ud800", "\x00", "\r\n", "\n\n", "’s", "“", "-", "ß", "ISIL"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(text=st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=20), title=st.lists(PIECES, max_size=4))
def test_spans_hold_for_any_text(model: Model, text: list[str], title: list[str]) -> None:
    body, head = " ".join(text), "".join(title)
    if not (body.strip() or head.strip()):
        return
    article = RawArticle(title=head, text=body)
    found = extract(article, model)
    for item in (*found.entities, *found.places):
        for span in item.spans:
            assert getattr(article, span.field)[span.start : span.end] == span.quote
    EntitiesPayload.from_json(found.to_json())


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "9" * 1_000_000, "." * 1_000_000, "Ab " * 30_000],
    ids=["word", "digits", "stops", "names"],
)
def test_long_texts_take_seconds(model: Model, text: str) -> None:
    start = time.process_time()
    extract(RawArticle(text=text), model)
    assert time.process_time() - start < 60


def test_a_place_in_the_name_of_a_group_is_no_place(model: Model) -> None:
    text = "Fighters of the Islamic State of Iraq and the Levant left Mosul."
    assert [place.name for place in extract(RawArticle(text=text), model).places] == ["Mosul"]
    text = "Fighters of the Islamic State of Iraq and the Levant left Mosul in Iraq."
    found = extract(RawArticle(text=text), model).places
    assert [(place.name, len(place.spans)) for place in found] == [("Mosul", 1), ("Iraq", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "A shell hit an army base.",
        "Two police officers fled.",
        "An army of cooks fed them.",
        "Shells hit a police station and a military college.",
        "An anti-government march was held.",
    ],
)
def test_a_noun_that_belongs_to_another_is_no_body(model: Model, text: str) -> None:
    assert [e.name for e in extract(RawArticle(text=text), model).entities if e.label == "ORG"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Syrian army fired at dawn. The army denied it.", {"Syrian army": ["Syrian army", "army"]}),
        (
            "The Iraqi army met the Turkish army. The army fired.",
            {"Iraqi army": ["Iraqi army"], "Turkish army": ["Turkish army"], "army": ["army"]},
        ),
        (
            "Iraq's air force flew. The Iraqi Air Force lost a jet. Turkey's air force lost none.",
            {"Iraq's air force": ["Iraq's air force", "Iraqi Air Force"], "Turkey's air force": ["Turkey's air force"]},
        ),
        (
            "The Iraqi Ministry of Defense denied it. The Iraqi defence ministry is slow.",
            {"Iraqi defence ministry": ["Iraqi Ministry of Defense", "Iraqi defence ministry"]},
        ),
    ],
)
def test_a_body_is_the_one_that_has_its_noun(model: Model, text: str, expected: dict[str, list[str]]) -> None:
    found = extract(RawArticle(text=text), model).entities
    assert {e.name: [s.quote for s in e.spans] for e in found if e.label == "ORG"} == expected


def test_the_leader_in_the_name_of_a_body_is_named(model: Model) -> None:
    text = "Bashar al-Assad spoke. Two sons fought for the Assad regime."
    found = extract(RawArticle(text=text), model)
    assert {(e.label, e.name): [s.quote for s in e.spans] for e in found.entities} == {
        ("PERSON", "Bashar al-Assad"): ["Bashar al-Assad", "Assad"],
        ("ORG", "Assad regime"): ["Assad regime"],
    }
