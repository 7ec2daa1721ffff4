"""Places in short news: what is one, which one, and that spans hold for any text."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import RawArticle
from contracts.places import Place, PlacePrecision
from services.text.gazetteer import load_gazetteer
from services.text.places import Hint, find_places
from services.text.places.outlets import home_entry, home_of, outlets
from services.text.reading import read


def places(text: str, *, title: str = "", url: str | None = None, hints: tuple[Hint, ...] = ()) -> tuple[Place, ...]:
    return find_places(read(RawArticle(title=title, text=text, url=url)), load_gazetteer(), hints)


def named(found: tuple[Place, ...]) -> list[str]:
    spans = sorted(
        (s.field != "title", s.start, f"{s.quote}={p.name}/{p.country or '-'}") for p in found for s in p.spans
    )
    return [shown for _, _, shown in spans]


def cases() -> list[tuple[str, str]]:
    with Path(__file__).with_name("cases.tsv").open(encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        return [
            (row["text"], row["expected"] or "")
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


@pytest.mark.parametrize(("text", "expected"), cases())
def test_news(text: str, expected: str) -> None:
    assert named(places(text)) == [part.strip() for part in expected.split(";") if part.strip()]


def test_mentions_of_one_place_are_one_place() -> None:
    found = places("Kiev was hit. Kyiv's mayor spoke.", title="Attack on Kyiv")
    assert [(p.name, [(s.field, s.quote) for s in p.spans]) for p in found] == [
        ("Kyiv", [("title", "Kyiv"), ("text", "Kiev"), ("text", "Kyiv")])
    ]


def test_the_article_tells_namesakes_apart() -> None:
    assert named(places("Police in Ohio said the man from Athens drove to Columbus and Dayton.")) == [
        "Ohio=Ohio/US",
        "Athens=Athens/US",
        "Columbus=Columbus/US",
        "Dayton=Dayton/US",
    ]
    assert named(places("Protesters in Greece marched in Athens and Thessaloniki.")) == [
        "Greece=Greece/GR",
        "Athens=Athens/GR",
        "Thessaloniki=Thessaloníki/GR",
    ]


def test_the_country_of_the_outlet_counts_a_little() -> None:
    assert named(places("A fire broke out in London on Monday.", url="https://example.ca/a"))[0].startswith(
        "London=London"
    )


def test_an_outlet_means_its_own_town_unless_the_article_says_otherwise() -> None:
    url = "https://www.sj-r.com/news/1"
    assert [p.admin1 for p in places("Fire damages two houses in Springfield.", url=url)] == ["Illinois"]
    found = places("Police in Springfield, Missouri, found the car near Nashville.", url=url)
    assert [(p.name, p.admin1) for p in found] == [
        ("Springfield", "Missouri"),
        ("Missouri", "Missouri"),
        ("Nashville", "Tennessee"),
    ]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("https://www.sj-r.com/news/1", ("Springfield", "US")),
        ("http://chronicle.augusta.com/x", ("Augusta", "US")),
        ("https://www.mlive.com/news", ("Michigan", "US")),
        ("https://english.wafa.ps/Pages", (None, "PS")),
        ("https://sub.example.co.uk/", (None, "GB")),
        ("https://example.com/", (None, None)),
        ("https://example.io/", (None, None)),
    ],
)
def test_homes_of_outlets(host: str, expected: tuple[str | None, str | None]) -> None:
    home, country = home_of(RawArticle(title="x", text="", url=host), load_gazetteer())
    assert (home.name if home else None, country) == expected


def test_every_outlet_is_at_home_somewhere() -> None:
    gazetteer = load_gazetteer()
    lost = [host for host, row in outlets().items() if row[1] and home_entry(gazetteer, *row) is None]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Cases were found in Oregon, Washington, Pennsylvania and Ohio.",
            ["Oregon", "Washington", "Pennsylvania", "Ohio"],
        ),
        ("A fire burned in the state of Washington.", ["Washington"]),
        ("Vaccines go to Ghana, Niger, Nigeria and Togo.", ["Ghana", "Niger", "Nigeria", "Togo"]),
    ],
)
def test_lists_and_nouns_say_the_kind(text: str, expected: list[str]) -> None:
    assert [(p.name, p.precision in {"admin1", "country"}) for p in places(text)] == [(n, True) for n in expected]


def test_a_side_of_a_town_is_no_other_town() -> None:
    found = places("A house burned in north Arlington, police in Texas said.", url="https://www.star-telegram.com/1")
    assert [(p.name, p.admin1) for p in found] == [("Arlington", "Texas"), ("Texas", "Texas")]


def test_precision_is_always_set() -> None:
    found = places(
        "Missiles hit Kyiv, the Kharkiv region, Okhmatdyt, the Obolon district and Ukraine from the Black Sea."
    )
    assert {p.name: p.precision for p in found} == {
        "Kyiv": PlacePrecision.SETTLEMENT,
        "Kharkiv Oblast": PlacePrecision.ADMIN1,
        "Okhmatdyt": PlacePrecision.SITE,
        "Obolon": PlacePrecision.DISTRICT,
        "Ukraine": PlacePrecision.COUNTRY,
        "Black Sea": PlacePrecision.REGION,
    }


def test_hints_speak_for_and_against() -> None:
    text = "Lincoln was quiet after the storm in Nebraska."
    town = places(text, hints=(Hint("text", 0, 7, "GPE"),))
    person = places(text, hints=(Hint("text", 0, 7, "PERSON"),))
    assert "Lincoln=Lincoln/US" in named(town)
    sure = {p.name: p.confidence for p in town}["Lincoln"]
    assert {p.name: p.confidence for p in person}.get("Lincoln", 0.0) < sure


PIECES = st.sampled_from(
    ["Kyiv", "KYIV'S", "Київ", "the Kharkiv region", "Paris, Texas", "al-Bab", "St. Louis", "U.S.", "U.S", "Mr Lincoln", "Krematorsk",
     "🚀", "e\u0301", "\ud800", "\x00", "\r\n", "\n\n", " ", ".", ", ", "’s", "-", "Ω", "ß", "İstanbul", "12,000"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=25), st.lists(PIECES, max_size=5))
def test_spans_hold_for_any_text(text: list[str], title: list[str]) -> None:
    body, head = " ".join(text), "".join(title)
    if not (body.strip() or head.strip()):
        return
    article = RawArticle(title=head, text=body)
    for place in find_places(read(article), load_gazetteer()):
        assert place.spans
        for span in place.spans:
            assert getattr(article, span.field)[span.start : span.end] == span.quote


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "A" * 1_000_000, "7" * 1_000_000, "Kyiv" * 250_000, "U." * 500_000, "St. " * 50_000, "New " * 50_000, "Al-" * 50_000],
    ids=["word", "capitals", "digits", "kyivkyiv", "initials", "saints", "new", "articles"],
)  # fmt: skip
def test_long_texts_take_seconds(text: str) -> None:
    start = time.process_time()
    places(text)
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The frigate Odessa sailed from Sevastopol.", ["Sevastopol=Sevastopol/UA"]),
        ("The Tallinn-24 missile was shown in Minsk.", ["Minsk=Minsk/BY"]),
        ("Norwich City lost to Ipswich 0-3 before the break.", []),
        ("In Kharkiv 5-10 people were hurt.", ["Kharkiv=Kharkiv/UA"]),
        ("A drone fell beside the Ordzhonikidze factory in Kharkiv.", ["Kharkiv=Kharkiv/UA"]),
        ("Damascus, SANA - The agency Sana reported a raid; a guard told SANA of it.", ["Damascus=Damascus/SY"]),
        ("SANA (Agency) - A raid hit Yemen.", ["SANA=Sanaa/YE", "Yemen=Yemen/YE"]),
    ],
)
def test_things_that_are_named_after_places(text: str, expected: list[str]) -> None:
    assert named(places(text)) == expected


def test_romanised_names_are_written_as_in_english() -> None:
    found = places("They left Jaramana in Syria for Daugavpils and Rēzekne in Latvia.")
    assert {"Jaramana", "Rēzekne"} <= {place.name for place in found}


def person(text: str, name: str) -> Hint:
    return Hint("text", text.index(name), text.index(name) + len(name), "PERSON")


def test_a_surname_that_the_model_knows_is_no_town() -> None:
    text = "Erling Haaland of Norway scored in Manchester. Later Haaland left the pitch in tears."
    later = Hint("text", text.rindex("Haaland"), text.rindex("Haaland") + 7, "GPE")
    assert named(places(text, hints=(later,))) == ["Norway=Norway/NO", "Manchester=Manchester/GB", "Haaland=Sola/NO"]
    hints = (person(text, "Erling Haaland"), later)
    assert named(places(text, hints=hints)) == ["Norway=Norway/NO", "Manchester=Manchester/GB"]


@pytest.mark.parametrize(
    ("text", "name", "city"),
    [
        ("Drones hit Saltivka in Kharkiv.", "Saltivka", "Kharkiv"),
        ("Shells hit Omdurman, across the Nile from Khartoum.", "Omdurman", "Khartoum"),
        ("A barrel bomb hit Jaramana outside Damascus.", "Jaramana", "Damascus"),
        ("A bomb exploded in Sadr City.", "Sadr City", "Baghdad"),
        ("Tanks shelled Azovstal for weeks.", "Azovstal", "Mariupol"),
        ("Troops raided Kamal Adwan Hospital in Gaza.", "Kamal Adwan Hospital", "Beit Lahia"),
        ("The Zaporizhzhia nuclear plant was cut off.", "Zaporizhzhia Nuclear Power Plant", "Enerhodar"),
        ("Missiles hit Kharkiv.", "Kharkiv", None),
    ],
)
def test_districts_suburbs_and_sites_say_their_city(text: str, name: str, city: str | None) -> None:
    assert [place.city for place in places(text) if place.name == name] == [city]


@pytest.mark.parametrize(
    ("text", "name", "rule"),
    [
        ("A fire broke out in Paris, Texas.", "Paris", "contained"),
        ("Ministers of Niger, Nigeria and Togo met.", "Niger", "listed"),
        ("The state of Washington sent help.", "Washington", "kind"),
        ("Soldiers left Barsalogho and other towns of Burkina Faso.", "Barsalogho", "only"),
        ("A train arrived in London.", "London", "likeliest"),
        ("Springfield was hit by a storm that crossed Illinois.", "Springfield", "context"),
    ],
)
def test_a_place_says_by_which_rule_it_was_chosen(text: str, name: str, rule: str) -> None:
    assert [place.rule for place in places(text) if place.name == name] == [rule]


def test_an_outlets_home_is_a_rule_of_its_own() -> None:
    found = places("A man was shot in Athens.", url="https://www.athensreview.com/news/1")
    assert [(place.admin1, place.rule) for place in found] == [("Texas", "outlet")]
