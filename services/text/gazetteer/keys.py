"""Under which keys the places go, how likely each is meant, and which keys are also other words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import countryinfo
import wordfreq
from spylls.hunspell import Dictionary

from services.text.gazetteer.fold import fold
from services.text.gazetteer.sources import Record, package_folder, rows
from services.text.gazetteer.store import (
    ABBREVIATION,
    COMMON_WORD,
    DEMONYM,
    GIVEN_NAME,
    NO_PLACE,
    SURNAME,
    THING_AFTER,
    UNIT_WORD,
)

Postings = dict[str, dict[int, tuple[float, bool]]]  # key: place: (rank, is an alternate name)

FLAGS = {
    "no_place": NO_PLACE,
    "given": GIVEN_NAME,
    "surname": SURNAME,
    "unit": UNIT_WORD,
    "thing": THING_AFTER,
    "common": COMMON_WORD,
}
ALTERNATE_COSTS, UNIT_OF_TOWN_COSTS = 1.5, 3.0
ARABIC = frozenset("AE BH DZ EG IL IQ JO KW LB LY MA OM PS QA SA SD SY TD TN YE".split())
TYPO_COUNTRIES = {"UA", "RU", "BY"}
SHORTEST_TYPO, LEAST_TYPO_RANK = 7, 3.7
LEAST_ZIPF = 2.0  # ten times in a billion words
# countryinfo's demonyms of these are those of other countries, or names of places.
_NO_DEMONYM = frozenset("CX DJ GI HK IO MO MP MQ PM RE SJ TF XK YT".split())


def variants(name: str, *, arabic: bool = False) -> Iterator[str]:
    """Yield the keys of a name; of an Arabic one also those without its article and without the h at its end."""
    key = fold(name)
    yield key
    if arabic and key.isascii():
        bare = re.sub(r"^(?:al|el|ar|as|ad|an|at|az|ash|ed|er|es) (?=\w{4})", "", key)
        yield from {bare, re.sub(r"(?<=a)h$", "", bare), re.sub(r"(?<=a)h$", "", key)}
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


def english_words(words: Iterable[str]) -> set[str]:
    """Return those that are common English words, written with a small letter."""
    english = Dictionary.from_files(str(package_folder("spylls") / "hunspell/data/en/en_US"))
    return {w for w in words if w.isascii() and wordfreq.zipf_frequency(w, "en") >= LEAST_ZIPF and english.lookup(w)}


def word_flags(keys: Collection[str], common: set[str]) -> dict[str, int]:
    """Tell which keys are also common words or names of persons; given names that are no places come in, too."""
    flags: dict[str, int] = defaultdict(int)
    for key in keys:
        if key.startswith("the ") and common.issuperset(key.split()[1:]):
            flags[key] |= NO_PLACE
        elif common.issuperset(key.split()):
            flags[key] |= COMMON_WORD
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


def demonyms(countries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (country, demonym): those of demonyms.tsv, for other countries countryinfo's."""
    own = set()
    for row in rows("demonyms.tsv"):
        own.add(row["country"])
        for word in row["words"].split("|"):
            yield row["country"], word
    for country in countries:
        word = countryinfo.CountryInfo(country).demonym() if country not in own | _NO_DEMONYM else ""
        if word and "," not in word:
            yield country, word


def name_postings(records: Sequence[Record]) -> Postings:
    """Post every place under its names, and the larger ones of some countries under misspelt ones."""
    postings: Postings = defaultdict(dict)
    for i, record in enumerate(records):
        for alternate, names in ((False, record.names), (True, record.alternates)):
            arabic = record.country in ARABIC and record.precision in {"settlement", "admin1", "admin2"}
            for key in without_articles({k for n in names for k in variants(n, arabic=arabic)}):
                if len(key) > 1 and i not in postings[key]:
                    postings[key][i] = (record.rank - ALTERNATE_COSTS * alternate, alternate)
        if record.country in TYPO_COUNTRIES and record.rank >= LEAST_TYPO_RANK:
            for key in misspellings(record):
                postings[f"~{key}"][i] = (record.rank, False)
    for found in postings.values():  # "Homs" is the city rather than the governorate
        towns = {records[i].country for i, (_, other) in found.items() if records[i].is_town(10_000) and not other}
        for i, (rank, alternate) in found.items():
            if records[i].country in towns and records[i].precision in {"admin1", "admin2"}:
                found[i] = (rank - UNIT_OF_TOWN_COSTS, alternate)
    return postings


def misspellings(record: Record) -> set[str]:
    """Return the long names of a place, and these with any one letter left out."""
    long = [key for key in map(fold, record.names) if len(key) >= SHORTEST_TYPO and key.isascii() and " " not in key]
    return {*long, *(key[:n] + key[n + 1 :] for key in long for n in range(len(key)))}


def lay_words(postings: Postings, records: Sequence[Record]) -> dict[str, int]:
    """Return the flags of all words; peoples and abbreviations replace what else is posted under their keys."""
    keys = [key for key in postings if not key.startswith("~")]
    common = english_words({word for key in keys for word in key.split()})
    flags = word_flags(keys, common)
    for key in keys:  # "White House" for Casablanca
        if " " in key and common.issuperset(key.split()):
            postings[key] = {i: posting for i, posting in postings[key].items() if not posting[1]}
    of_country = {r.country: i for i, r in enumerate(records) if r.kind == "country" and r.country}
    for country, word in demonyms(of_country):
        flags[fold(word)] |= DEMONYM
        postings[fold(word)] = {of_country[country]: (0.0, False)} if country else {}
    for row in rows("abbreviations.tsv"):
        unit = next(i for i, r in enumerate(records) if r.code == (row["country"], row["code"]))
        for word in row["abbreviations"].split("|"):
            postings[fold(word)] = {unit: (4.0, False)}
            flags[fold(word)] = ABBREVIATION
    return flags


def longest_names(keys: Iterable[str]) -> dict[str, int]:
    """Return by first word how many words the longest name has that begins with it."""
    longest: dict[str, int] = defaultdict(int)
    for key in keys:
        first = key.split(" ", 1)[0]
        longest[first] = min(255, max(longest[first], key.count(" ") + 1))
    return longest
