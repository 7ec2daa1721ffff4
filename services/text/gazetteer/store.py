"""The compiled gazetteer: a read-only hash table in one file, mapped into memory and shared by all processes.

Layout (little endian): ``MAGIC``, length of the header (u32), header (JSON: sizes of the parts, kinds, countries,
sources); then four parts: the hash table (u32 offsets into the keys, 0 is empty, linear probing over CRC-32), the keys
(each: length u8, longest name in words that begins with this word u8, flags u8, number of postings u8, UTF-8 bytes,
postings u32), the places (``PLACE``; those of GeoNames first, in order of their number), the strings (length u8, UTF-8
bytes). A place without a number of GeoNames has its slug, after ``=``, among the keys; a name after ``~`` is one that
lacks a letter, for misspellings.
"""

from __future__ import annotations

import json
import mmap
import struct
import unicodedata
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from contracts.places import Place, PlacePrecision
from services.text.gazetteer.fold import fold

MAGIC = b"TOCSGAZ1"
#: name (string); number of GeoNames, else slug (string); first-level unit (place + 1); lat, lon; population; kind and
#: country (indices of the header's lists).
PLACE = struct.Struct("<IIIffIBB")
#: A posting: index of the place, how likely the name means it (fiftieths, see ``Name``), whether the name is alternate.
INDEX, RANK_SHIFT, RANK_STEPS, ALTERNATE = (1 << 22) - 1, 22, 50, 1 << 31
#: Flags of a name: also an English word; given name; surname; a people, not a place; hardly ever a place ("March");
#: a place only after the name of one that it holds ("Paris, Tex."); a word that makes a name of the one before it
#: ("Kharkiv region"); one that makes it something else ("Marburg virus").
COMMON_WORD, GIVEN_NAME, SURNAME, DEMONYM, NO_PLACE, ABBREVIATION, UNIT_WORD, THING_AFTER = (1 << n for n in range(8))

#: Countries whose names are romanised from Arabic, Hebrew or Korean script with marks that news leaves out.
_ROMANISED = frozenset("AE AF BH EG IL IQ IR JO KP KR KW LB LY OM PS QA SA SD SY YE".split())
_TURNED = str.maketrans({"‘": None, "ʻ": None, "ʼ": "'", "’": "'"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the gazetteer.

    ``unit`` is the index of the first-level unit that holds it; ``city`` names the one that a district, a suburb or a
    site belongs to.
    """

    index: int
    place_id: str
    name: str
    kind: str
    precision: PlacePrecision
    country: str | None
    admin1: str | None
    unit: int | None
    lat: float
    lon: float
    population: int
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """What the gazetteer knows of a name: its places, likeliest first, as (index, rank, is an alternate name).

    The rank is the logarithm of a place's inhabitants, or what stands in for it; lower for alternate names.
    """

    longest: int
    flags: int
    places: tuple[tuple[int, float, bool], ...]


def _posting(packed: int) -> tuple[int, float, bool]:
    return packed & INDEX, (packed >> RANK_SHIFT & 0x1FF) / RANK_STEPS, bool(packed & ALTERNATE)


def _common(name: str, country: str | None) -> str:
    """Write a romanised name as English does: without the marks that tell letters of another script apart."""
    if country not in _ROMANISED or name.isascii():
        return name
    plain = unicodedata.normalize("NFD", name).translate(_TURNED)
    return "".join(c for c in plain if not unicodedata.combining(c))


class Gazetteer:
    """The places of the world by name. Reading is thread-safe; the file is mapped, not loaded."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._data[: len(MAGIC)] != MAGIC:
            raise ValueError(
                f"{path} is not a compiled gazetteer; build it with python -m services.text.gazetteer.build"
            )
        (length,) = struct.unpack_from("<I", self._data, len(MAGIC))
        start = len(MAGIC) + 4
        header = json.loads(self._data[start : start + length])
        self.sources: dict[str, str] = header["sources"]
        self.size: int = header["places"]
        self._numbered: int = header["numbered"]
        self._kinds: list[tuple[str, str]] = [(kind, precision) for kind, precision in header["kinds"]]
        self._countries: list[str | None] = header["countries"]
        self._slots: int = header["slots"]
        offsets = accumulate(header["sizes"], initial=start + length)
        self._table, self._keys, self._places, self._strings, _ = offsets
        self._laid_names: Mapping[str, Name] = {}
        self._laid_entries: Mapping[int, Entry] = {}
        self.lookup = lru_cache(maxsize=1 << 15)(self._lookup)
        self.nearest = lru_cache(maxsize=1 << 13)(self._nearest)
        self.entry = lru_cache(maxsize=1 << 13)(self._entry)

    def lay(self, names: Mapping[str, Name], entries: Mapping[int, Entry]) -> None:
        """Let these names (by folded key) and places (by index) stand instead of those of the file, or beside them."""
        self._laid_names, self._laid_entries = names, entries
        self.lookup.cache_clear()
        self.nearest.cache_clear()
        self.entry.cache_clear()

    def _lookup(self, key: str) -> Name | None:
        """Return what is known of a folded name, None if nothing."""
        laid = self._laid_names.get(key)
        return laid if laid is not None else self._stored(key)

    def _stored(self, key: str) -> Name | None:
        data, wanted = self._data, key.encode()
        slot = zlib.crc32(wanted) % self._slots
        while True:
            (offset,) = struct.unpack_from("<I", data, self._table + 4 * slot)
            if not offset:
                return None
            at = self._keys + offset
            length, longest, flags, count = data[at : at + 4]
            if data[at + 4 : at + 4 + length] == wanted:
                postings = struct.unpack_from(f"<{count}I", data, at + 4 + length)
                return Name(longest, flags, tuple(map(_posting, postings)))
            slot = (slot + 1) % self._slots

    def _nearest(self, key: str) -> Name | None:
        """Return the name that a folded word is one letter away from, of those that are kept for that."""
        shortened = (key, *(key[:n] + key[n + 1 :] for n in range(len(key))))
        return next((name for k in shortened if (name := self.lookup(f"~{k}")) is not None), None)

    def _string(self, offset: int) -> str:
        at = self._strings + offset
        return self._data[at + 1 : at + 1 + self._data[at]].decode()

    def _entry(self, index: int) -> Entry:
        """Return the place of an index."""
        laid = self._laid_entries.get(index)
        if laid is not None:
            return laid
        name, number, unit, lat, lon, population, kind, country = self._row(index)
        word, precision = self._kinds[kind]
        return Entry(
            index=index,
            place_id=f"geonames:{number}" if index < self._numbered else f"tocsin:{self._string(number)}",
            name=_common(self._string(name), self._countries[country]),
            kind=word,
            precision=PlacePrecision(precision),
            country=self._countries[country],
            admin1=_common(self._string(self._row(unit - 1)[0]), self._countries[country]) if unit else None,
            unit=unit - 1 if unit else None,
            lat=round(lat, 5),
            lon=round(lon, 5),
            population=population,
        )

    def named(self, name: str) -> list[Entry]:
        """Return all places of a name, likeliest first."""
        found = self.lookup(fold(name))
        return [self.entry(index) for index, _, _ in found.places] if found else []

    def find(self, place_id: str) -> Entry | None:
        """Return the place of a place_id, None if there is none."""
        scheme, _, rest = place_id.partition(":")
        if scheme != "geonames":
            known = self.lookup(f"={rest}") if scheme == "tocsin" else None
            return self.entry(known.places[0][0]) if known else None
        wanted = int(rest) if rest.isdecimal() else 0
        index = bisect_left(range(self._numbered), wanted, key=self._number)
        return self.entry(index) if index < self._numbered and self._number(index) == wanted else None

    def _number(self, index: int) -> int:
        number: int = self._row(index)[1]
        return number

    def _row(self, index: int) -> tuple[Any, ...]:
        return PLACE.unpack_from(self._data, self._places + PLACE.size * index)

    def admin1_of(self, place: Entry | Place) -> Entry | None:
        """Return the first-level unit (oblast, state, governorate) that holds a place; itself if it is one."""
        entry = place if isinstance(place, Entry) else self.find(place.place_id)
        if entry is None:
            return None
        if entry.precision is PlacePrecision.ADMIN1:
            return entry
        return None if entry.unit is None else self.entry(entry.unit)
