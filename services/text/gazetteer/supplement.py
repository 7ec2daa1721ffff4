"""Places that are laid over the compiled gazetteer when it is opened: supplement.tsv, and cities.tsv for their cities.

A row adds to the place of its country, precision and name that lies near it, else it is a new one. No build is needed.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from contracts.places import PlacePrecision
from services.text.gazetteer.fold import fold
from services.text.gazetteer.rank import rank_of
from services.text.gazetteer.store import Entry, Gazetteer, Name

_HERE = Path(__file__).parent
_NEAR_KM = 30.0  # a row means the place of its name so near
_CITY_KM = 60.0  # the city of a row lies so near
_WIDE = {PlacePrecision.COUNTRY, PlacePrecision.ADMIN1}

_CAMP, _NO_PLACE = "camp", "none"
_UNKNOWN = Name(0, 0, ())
#: Inhabitants where a row has none: what is in a table made by hand is there because news names it.
_ASSUMED = {"town": 10_000, "village": 2_000, _CAMP: 20_000}

Row = Mapping[str, str]


def supplemented(gazetteer: Gazetteer) -> Gazetteer:
    """Lay the two tables over a gazetteer and return it."""
    kinds = {row["kind"]: PlacePrecision(row["precision"]) for row in rows("kinds.tsv")}
    supplement = _Supplement(gazetteer, kinds)
    for row in rows("supplement.tsv"):
        supplement.add(row)
    for row in rows("cities.tsv"):
        supplement.join(row["name"], row["parts"].split())
    gazetteer.lay(supplement.names, supplement.entries)
    return gazetteer


def rows(name: str) -> list[dict[str, str]]:
    """Read a table that lies beside this file; lines that begin with # are comments."""
    with (_HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))


class _Supplement:
    """Names and places to be laid over those of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer, kinds: Mapping[str, PlacePrecision]) -> None:
        self._gazetteer = gazetteer
        self._kinds = kinds
        self.names: dict[str, Name] = {}
        self.entries: dict[int, Entry] = {}
        self._units: dict[tuple[str | None, str], Entry] = {}

    def add(self, row: Row) -> None:
        """Lay one row of supplement.tsv over what is there."""
        keys = list(dict.fromkeys(fold(name) for name in (row["name"], *row["aliases"].split("|")) if name))
        if row["kind"] == _NO_PLACE:
            self.names |= {key: replace(self._gazetteer.lookup(key) or _UNKNOWN, places=()) for key in keys}
            return
        known = self._known(row, keys)
        entry = self._moved(known, row) if known else self._new(row)
        if row["city"]:
            entry = replace(entry, city=self._city(row["city"], entry))
        self.entries[entry.index] = entry
        rank = rank_of(entry.kind, entry.precision.value, entry.population or _ASSUMED.get(entry.kind, 0))
        gone = {other.index for other in map(self._gazetteer.find, row["instead_of"].split()) if other is not None}
        for key in keys:
            self._post(key, entry.index, rank, gone)
        scheme, _, slug = entry.place_id.partition(":")
        if scheme == "tocsin":
            self.names[f"={slug}"] = Name(0, 0, ((entry.index, 0.0, False),))

    def join(self, city: str, parts: Iterable[str]) -> None:
        """Say which city these places, by place_id, belong to."""
        for place_id in parts:
            entry = self._gazetteer.find(place_id)
            if entry is None:
                raise ValueError(f"cities.tsv: the gazetteer has no {place_id}")
            entry = self.entries.get(entry.index, entry)
            self.entries[entry.index] = replace(entry, city=city)

    def _known(self, row: Row, keys: Iterable[str]) -> Entry | None:
        """Return the place that a row adds to."""
        if row["place_id"]:
            return self._gazetteer.find(row["place_id"])
        country, precision = row["country"] or None, self._kinds[row["kind"]]
        at = float(row["lat"]), float(row["lon"])
        for key in keys:
            for entry in self._named(key):
                alike = (entry.kind == _CAMP) == (row["kind"] == _CAMP)  # Jenin's camp is not Jenin
                if (entry.country, entry.precision, alike) == (country, precision, True) and (
                    precision in _WIDE or _distance_km(at, (entry.lat, entry.lon)) < _NEAR_KM
                ):
                    return entry
        return None

    def _moved(self, known: Entry, row: Row) -> Entry:
        """Let a place that is there be what the row says, where it says."""
        kind, precision = row["kind"], self._kinds[row["kind"]]
        lat, lon = float(row["lat"]), float(row["lon"])
        return replace(known, name=row["name"], kind=kind, precision=precision, lat=lat, lon=lon)

    def _new(self, row: Row) -> Entry:
        country, index = row["country"] or None, self._gazetteer.size + len(self.entries)
        unit = self._unit(country, row["admin1"]) if row["admin1"] else None
        return Entry(
            index=index,
            place_id=f"tocsin:{self._slug(row)}",
            name=row["name"],
            kind=row["kind"],
            precision=self._kinds[row["kind"]],
            country=country,
            admin1=unit.name if unit else None,
            unit=unit.index if unit else None,
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            population=int(row["people"] or 0),
        )

    def _unit(self, country: str | None, name: str) -> Entry:
        """Return the first-level unit of a name."""
        if (country, name) not in self._units:
            units = (entry for entry in self._named(fold(name)) if entry.country == country)
            unit = next((entry for entry in units if entry.precision is PlacePrecision.ADMIN1), None)
            if unit is None:
                raise ValueError(f"supplement.tsv: {country} has no {name}")
            self._units[country, name] = unit
        return self._units[country, name]

    def _slug(self, row: Row) -> str:
        """Make the slug of a new place; a name that another of its country has gets a number behind it."""
        latin = unicodedata.normalize("NFKD", fold(row["name"])).encode("ascii", "ignore").decode()
        base = re.sub(r"[^a-z0-9]+", "-", f"{row['country'] or 'xx'}-{latin}".lower()).strip("-")
        made, number = base, 1
        while f"={made}" in self.names or self._gazetteer.lookup(f"={made}") is not None:
            number += 1
            made = f"{base}-{number}"
        return made

    def _named(self, key: str) -> list[Entry]:
        """Return the places of a folded name as they are by now, likeliest first."""
        name = self.names.get(key) or self._gazetteer.lookup(key)
        return [self.entries.get(i) or self._gazetteer.entry(i) for i, _, _ in name.places] if name else []

    def _city(self, name: str, part: Entry) -> str:
        """Return the name of the city of a place: the first of that name and country that is near."""
        for entry in self._named(fold(name)):
            near = _distance_km((entry.lat, entry.lon), (part.lat, part.lon)) < _CITY_KM
            if near and entry.country == part.country and entry.precision is PlacePrecision.SETTLEMENT:
                return entry.name
        raise ValueError(f"supplement.tsv: {part.name} is in no {name}")

    def _post(self, key: str, index: int, rank: float, gone: set[int]) -> None:
        """Let a key lead to a place, too, and no more to those that are gone."""
        name = self.names.get(key) or self._gazetteer.lookup(key) or _UNKNOWN
        others = [posting for posting in name.places if posting[0] != index and posting[0] not in gone]
        stood = [rank for place, rank, _ in name.places if place == index or place in gone]
        places = sorted([*others, (index, max([rank, *stood]), False)], key=lambda posting: -posting[1])
        self.names[key] = Name(name.longest, name.flags, tuple(places))
        head, *more = key.split()
        first = self.names.get(head) or self._gazetteer.lookup(head) or _UNKNOWN
        if first is _UNKNOWN or first.longest <= len(more):
            self.names[head] = Name(max(first.longest, 1 + len(more)), first.flags, first.places)


def _distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two points, flat over short ways."""
    return 111.2 * math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians(a[0])))
