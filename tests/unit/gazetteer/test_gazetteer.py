"""The compiled gazetteer: what is in it, how names are compared, and what loading costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.places import Place, PlacePrecision
from services.text.gazetteer import COMMON_WORD, DEMONYM, FILE, GIVEN_NAME, Gazetteer, fold, load_gazetteer
from services.text.gazetteer.supplement import rows


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Slov'yansk", "slovyansk"),
        ("Slov’yansk", "slovyansk"),
        ("Ivano-Frankivsk", "ivano frankivsk"),
        ("St. Louis", "st louis"),
        ("U.S.", "u s"),
        ("Kraków", "krakow"),
        ("Łódź", "lodz"),
        ("КИЇВ", "киів"),
        ("  New \n York ", "new york"),
        ("", ""),
    ],
)
def test_fold_levels_spellings(written: str, key: str) -> None:
    assert fold(written) == key


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kyiv", ("Kyiv", "UA", "Kyiv City", PlacePrecision.SETTLEMENT)),
        ("Київ", ("Kyiv", "UA", "Kyiv City", PlacePrecision.SETTLEMENT)),
        ("Киев", ("Kyiv", "UA", "Kyiv City", PlacePrecision.SETTLEMENT)),
        ("Kharkov", ("Kharkiv", "UA", "Kharkiv Oblast", PlacePrecision.SETTLEMENT)),
        ("Kharkiv region", ("Kharkiv Oblast", "UA", "Kharkiv Oblast", PlacePrecision.ADMIN1)),
        ("Харківська область", ("Kharkiv Oblast", "UA", "Kharkiv Oblast", PlacePrecision.ADMIN1)),
        ("Kramatorsk Raion", ("Kramatorskyi Raion", "UA", "Donetsk Oblast", PlacePrecision.ADMIN2)),
        ("Avdeevka", ("Avdiivka", "UA", "Donetsk Oblast", PlacePrecision.SETTLEMENT)),
        ("Pokrovsk", ("Pokrovsk", "UA", "Donetsk Oblast", PlacePrecision.SETTLEMENT)),
        ("Sloviansk", ("Sloviansk", "UA", "Donetsk Oblast", PlacePrecision.SETTLEMENT)),
        (
            "Dnipro Hydroelectric",
            ("Dnipro Hydroelectric Power Station", "UA", "Zaporizhzhia Oblast", PlacePrecision.SITE),
        ),
        ("Okhmatdyt", ("Okhmatdyt", "UA", "Kyiv City", PlacePrecision.SITE)),
        ("Obolon", ("Obolon", "UA", "Kyiv City", PlacePrecision.DISTRICT)),
        ("Donbas", ("Donbas", "UA", None, PlacePrecision.REGION)),
        ("Black Sea", ("Black Sea", None, None, PlacePrecision.REGION)),
        ("Texas", ("Texas", "US", "Texas", PlacePrecision.ADMIN1)),
        ("Britain", ("United Kingdom", "GB", None, PlacePrecision.COUNTRY)),
        ("Khan Yunis", ("Khan Younis", "PS", "Gaza Strip", PlacePrecision.SETTLEMENT)),
        ("Raqqa province", ("Ar Raqqah Governorate", "SY", "Ar Raqqah Governorate", PlacePrecision.ADMIN1)),
        ("El Fasher", ("El Fasher", "SD", "North Darfur", PlacePrecision.SETTLEMENT)),
    ],
)
def test_likeliest_place_of_a_name(
    gazetteer: Gazetteer, name: str, expected: tuple[str, str | None, str | None, PlacePrecision]
) -> None:
    found = gazetteer.named(name)[0]
    assert (found.name, found.country, found.admin1, found.precision) == expected


@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [
        ("Dnipro Hydroelectric Power Station", 47.87, 35.09),
        ("Zaporizhzhia Nuclear Power Plant", 47.51, 34.59),
        ("Azovstal", 47.10, 37.61),
        ("Odesa", 46.48, 30.73),
        ("Ukraine", 49.0, 32.0),
        ("Gaza Strip", 31.4, 34.35),
        ("Kharkiv Oblast", 49.6, 36.6),
    ],
)
def test_coordinates(gazetteer: Gazetteer, name: str, lat: float, lon: float) -> None:
    found = gazetteer.named(name)[0]
    assert (found.lat, found.lon) == (pytest.approx(lat, abs=0.3), pytest.approx(lon, abs=0.5))


@pytest.mark.parametrize("name", ["Kyiv", "Okhmatdyt", "Kharkiv Oblast", "Black Sea", "Ukraine"])
def test_every_place_is_found_by_its_id(gazetteer: Gazetteer, name: str) -> None:
    entry = gazetteer.named(name)[0]
    assert gazetteer.find(entry.place_id) == entry


@pytest.mark.parametrize(
    "place_id", ["", "geonames:", "geonames:1", "geonames:x", "tocsin:", "tocsin:nowhere", "wikidata:Q1"]
)
def test_unknown_ids_are_none(gazetteer: Gazetteer, place_id: str) -> None:
    assert gazetteer.find(place_id) is None


def test_ids_are_unique_and_coordinates_on_earth(gazetteer: Gazetteer) -> None:
    step = 7  # a sample that meets every part of the file
    entries = [gazetteer._entry(index) for index in range(0, gazetteer.size, step)]
    assert len({e.place_id for e in entries}) == len(entries)
    assert all(-90 <= e.lat <= 90 and -180 <= e.lon <= 180 for e in entries)


def test_size_covers_the_world(gazetteer: Gazetteer) -> None:
    assert gazetteer.size > 150_000
    assert FILE.stat().st_size < 25_000_000


def test_admin1_of_a_settlement_a_unit_a_message_and_a_country(gazetteer: Gazetteer) -> None:
    city, country = gazetteer.named("Kramatorsk")[0], gazetteer.named("Ukraine")[0]
    oblast = gazetteer.admin1_of(city)
    assert oblast is not None
    assert oblast.name == "Donetsk Oblast"
    assert gazetteer.admin1_of(oblast) == oblast
    message = Place(place_id=city.place_id, name="Kramatorsk", kind="city", precision=PlacePrecision.SETTLEMENT)
    assert gazetteer.admin1_of(message) == oblast
    assert gazetteer.admin1_of(country) is None


@pytest.mark.parametrize(
    ("word", "flag"),
    [("reading", COMMON_WORD), ("mobile", COMMON_WORD), ("volodymyr", GIVEN_NAME), ("ukrainian", DEMONYM)],
)
def test_flags_of_words(gazetteer: Gazetteer, word: str, flag: int) -> None:
    name = gazetteer.lookup(word)
    assert name is not None
    assert name.flags & flag


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_lookup_ends(text: str) -> None:
    name = load_gazetteer().lookup(fold(text))
    assert name is None or name.longest >= 0


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"something else entirely")
    with pytest.raises(ValueError, match="not a compiled gazetteer"):
        Gazetteer(tmp_path / "other.bin")


def test_loading_takes_less_than_a_second_and_little_memory() -> None:
    program = (
        "import resource, time; from services.text.gazetteer import load_gazetteer; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; start = time.perf_counter(); "
        "g = load_gazetteer(); g.named('Kyiv'); "
        "print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    seconds, kilobytes = map(
        float, subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout.split()
    )
    assert seconds < 1
    assert kilobytes < 20_000


@pytest.mark.parametrize(
    "row", [row for row in rows("supplement.tsv") if row["kind"] != "none"], ids=lambda row: row["name"]
)
def test_every_name_of_the_supplement_leads_to_its_place(gazetteer: Gazetteer, row: dict[str, str]) -> None:
    for name in (row["name"], *filter(None, row["aliases"].split("|"))):
        meant = (row["name"], row["country"], row["kind"], float(row["lat"]), float(row["lon"]))
        found = [e for e in gazetteer.named(name) if (e.name, e.country or "", e.kind, e.lat, e.lon) == meant]
        assert [gazetteer.find(entry.place_id) for entry in found] == found
        assert len(found) == 1


def test_an_organisation_is_no_place(gazetteer: Gazetteer) -> None:
    assert (gazetteer.named("EU"), gazetteer.named("European Union")) == ([], [])


def test_a_place_that_gave_way_still_resolves(gazetteer: Gazetteer) -> None:
    assert [entry.place_id for entry in gazetteer.named("Saltivka")] == ["geonames:6722148"]
    gone = gazetteer.find("tocsin:ua-saltivka")
    assert gone is not None
    assert gone.name == "Saltivka"


def test_a_row_adds_to_the_place_that_lies_near(gazetteer: Gazetteer) -> None:
    assert [entry.place_id for entry in gazetteer.named("An Nahud")] == ["geonames:378699"]
    camp, town = gazetteer.named("Jenin camp"), gazetteer.named("Jenin")
    assert (camp[0].kind, camp[0].city, town[0].kind) == ("camp", "Jenin", "town")


def test_the_cities_of_parts_are_places_near_them(gazetteer: Gazetteer) -> None:
    for row in rows("cities.tsv"):
        cities = [entry for entry in gazetteer.named(row["name"]) if entry.precision is PlacePrecision.SETTLEMENT]
        for place_id in row["parts"].split():
            part = gazetteer.find(place_id)
            assert part is not None
            assert part.city == row["name"]
            assert any(abs(c.lat - part.lat) + abs(c.lon - part.lon) < 0.4 for c in cities), (row["name"], part.name)
