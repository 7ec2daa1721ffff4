"""The weapon lexicon: catalogue, classes, modifiers and rule words, read from the tables beside this file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal

from contracts.weapons import WeaponCategory, WeaponRole

Kind = Literal["system", "class", "modifier", "calibre", "nonsense"]
Governs = Literal["object", "subject", "platform", "before", "after", "asks", "promises", "denies"]

# Letters that look alike in Latin and Cyrillic script are one, so that "Х-101" with a Cyrillic letter is "X-101".
_LOOKALIKES = str.maketrans("авсехіјкмнорѕтуё‐‑–—’‘‛ʼ“”„«»", 'abcexijkmhopstye----\'\'\'\'"""""')
SPELLINGS = {
    "defense": "defence",
    "defenses": "defences",
    "armoured": "armored",
    "calibre": "caliber",
    "gray": "grey",
    "programme": "program",
}
TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class System:
    """A weapon system of the catalogue."""

    weapon_id: str
    name: str
    category: WeaponCategory


@dataclass(frozen=True, slots=True)
class Entry:
    """What a term means.

    ``ambiguous`` names of systems are common words as well; ``lower`` and ``upper`` tell how the catalogue writes them;
    ``context`` names the test that a class has to pass ("class" of a name: it needs a class beside it); ``coordinates``
    is a modifier's way to stand for the whole.
    """

    kind: Kind
    category: WeaponCategory | None = None
    system: System | None = None
    ambiguous: bool = False
    lower: bool = False
    upper: bool = False
    plural: bool = False
    context: str = ""
    coordinates: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say what is done with a weapon."""

    role: WeaponRole
    governs: Governs


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may have weapons, and whether the word for them is an adjective ("Russian")."""

    name: str
    adjective: bool


Trie = dict[str, Any]


@dataclass(frozen=True)
class Lexicon:
    """All tables, compiled: tries over tokens whose leaves (key ``""``) are entries, cues or operators."""

    systems: Mapping[str, System]
    terms: Trie
    cues: Trie
    operators: Trie
    words: Mapping[str, frozenset[str]]


def fold(text: str) -> str:
    """Lower a text and merge look-alike letters, dashes and quotes, one code point for one."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lowered if lowered.isascii() else lowered.translate(_LOOKALIKES)


_STEM = 4  # letters that a Cyrillic name has to have to be bent
_VOWELS = fold("аяоеиіьй")
_PLURAL_CASES = frozenset(["", *fold("и ы і ам ів ов ев ей ах ях ям ами ями").split()])
_CASES = fold("а у и ы і ї е я ю ом ем ам ів ов ев ей ой ою ею ах ях ям ами ями ью").split()


def normal(word: str) -> str:
    """Bring a folded word to the spelling that the tables are keyed by."""
    return SPELLINGS.get(word, word)


def key(term: str) -> tuple[str, ...]:
    """Cut a term into the tokens that it is filed under: hyphens, slashes and dots do not count."""
    return tuple(normal(w) for w in TOKEN.findall(fold(term)) if w[0].isalnum())


@cache
def load_lexicon() -> Lexicon:
    """Read and compile the tables; the same object every time."""
    words = {row["set"]: frozenset(row["words"].split()) for row in _rows("words")}
    systems: dict[str, System] = {}
    terms: Trie = {}
    for term, entry in _entries():
        _file(terms, term, entry)
        if entry.system:
            systems[entry.system.weapon_id] = entry.system
    cues: Trie = {}
    for row in _rows("roles"):
        cue = Cue(WeaponRole(row["role"]), row["governs"])  # type: ignore[arg-type]
        for phrase in row["words"].split():
            _file(cues, key(phrase), cue, several=True)
    operators: Trie = {}
    for row in _rows("operators"):
        for column in ("adjectives", "nouns"):
            for phrase in (row[column] or "").split():
                _file(operators, key(phrase), Owner(row["name"], adjective=column == "adjectives"))
    return Lexicon(systems, terms, cues, operators, words)


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = resources.files("services.weapons").joinpath(f"{table}.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _file(trie: Trie, term: Sequence[str], leaf: object, *, several: bool = False) -> None:
    """File a leaf under a term; the first one filed keeps the place, unless there may be several."""
    for word in term:
        trie = trie.setdefault(word, {})
    if several:
        trie.setdefault("", []).append(leaf)
    else:
        trie.setdefault("", leaf)


def _entries() -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield every term with its meaning, the stronger ones first."""
    for column, ambiguous in (("aliases", False), ("ambiguous", True)):
        for row in _rows("catalogue"):
            system = System(row["weapon_id"], row["name"], WeaponCategory(row["category"]))
            for alias in filter(None, row[column].split("|")):
                if not alias.isascii() and fold(alias).isascii() and alias.isalpha():
                    continue  # "Тор" would read as the English "top"
                upper = ambiguous and alias.rstrip("s+").isupper()
                context = "class" if alias.endswith("+") else ""
                entry = Entry("system", system.category, system, ambiguous, alias.islower(), upper, context=context)
                yield from _numbers(key(alias), entry)
                yield from _inflected(key(alias), entry)
    for row in _rows("classes"):
        term = key(row["term"])
        if row["category"] == "-":
            yield term, Entry("nonsense")
            continue
        only_plural = row["context"] == "plural"
        single = Entry("class", WeaponCategory(row["category"]), context="" if only_plural else row["context"])
        after, before = ([key(w) for w in (row[c] or "").split(",") if w] for c in ("unless_after", "unless_before"))
        if not row["term"].isascii():
            yield term, single
            yield from _declined(term[-1], single)
            continue
        for form, entry in list(_numbers(term, single))[only_plural:]:
            yield form, entry
            yield from ((word + form, Entry("nonsense")) for word in after)
            yield from ((form + word, Entry("nonsense")) for word in before)
    for row in _rows("modifiers"):
        made = WeaponCategory(row["category"]) if row["category"] else None
        yield key(row["term"]), Entry("modifier", made, coordinates=row["coordinates"] or "")


def _inflected(term: tuple[str, ...], entry: Entry) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield the cases of a Ukrainian or Russian name: "Шахедів", "Калибрами"."""
    word = term[-1]
    if len(word) >= _STEM and not word.isascii() and word.isalpha():
        stem = word[:-1] if word[-1] in _VOWELS else word
        for ending in _CASES:
            yield (*term[:-1], stem + ending), entry


def _declined(word: str, entry: Entry) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield the cases of a Ukrainian or Russian common noun, those of the plural as such: "ракет", "дронами"."""
    stem = word[:-1] if word[-1] in _VOWELS else word
    for ending in (*_CASES, *([""] if stem != word else [])):
        yield (stem + ending,), replace(entry, plural=ending in _PLURAL_CASES)


def _numbers(term: tuple[str, ...], entry: Entry) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield the singular and the plural of a term; "round of ammunition" bends at the front."""
    yield term, entry
    at = term.index("of") - 1 if "of" in term[1:] else len(term) - 1
    word = term[at]
    if word.endswith("knife"):
        plural = word[:-2] + "ves"
    elif word.endswith(("s", "x", "sh", "ch")):
        plural = word + "es"
    elif word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        plural = word[:-1] + "ies"
    else:
        plural = word + "s"
    yield (*term[:at], plural, *term[at + 1 :]), replace(entry, plural=True)
