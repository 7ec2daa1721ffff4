"""Organisations that go by fixed names, and those that are a people's: "Russian forces"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from contracts.places import PlacePrecision
from services.text.gazetteer import DEMONYM, Gazetteer, fold

_HERE = Path(__file__).parent
_LONGEST_WORD = 43
_LONGEST_PREFIX = 7
_WORD_BEFORE = re.compile(r"([^\W_][\w.'’-]{1,40})\s\Z")
_SIDE = re.compile(r"(?:pro|anti)-\w")  # "pro-Russian forces"
_SIDE_BEFORE = re.compile(r"\b(?:pro|anti)-\Z")  # "pro-government forces"
_MODIFIER_BEFORE = re.compile(
    r"\b(?:[Aa]rab|[Dd]emocratic|[Nn]ational|[Ss]pecial|[Ff]ederal|[Rr]egular|[Aa]rmed|[Ee]lite|local|senior|top|military"
    r"|defen[cs]e|interim|transitional|provincial|New)\s\Z"
)
#: What follows a noun that is no mere part of the next one: "the army said", not "the army base".
GOES_ON = re.compile(
    r"[\])\"'”’…]*(?:[.,;:!?)]|\Z|\n|\s[-–—(])|['’]s?\s|\s(?:[a-z]+(?:ed|ly)|has|have|had|is|are|was|were|be|will|would|can|could|may"
    r"|might|must|should|did|do|does|and|or|but|in|on|at|of|to|from|by|with|for|against|as|after|before|during|since|until|over"
    r"|near|into|who|which|that|when|while|where|if|also|not|both|said|says?|told|shot|took|held|fought|fled|came|left|went|set"
    r"|began|lost|made|gave|found|kept|still|now)\b"
)
#: A longer name: "Kherson Oblast Military Administration", "Homs Military College".
_NAME_GOES_ON = re.compile(
    r" (?:Administration|Committee|Command|Council|Chief|Commander|Academy|College|Hospital|Base|Station|Headquarters"
    r"|Department|Directorate|Court|Prosecutor|School|University|Airport|Airfield)\b"
)
_SIDES = frozenset(
    {
        "coalition",
        "regime",
        "government",
        "junta",
        "rebel",
        "opposition",
        "separatist",
        "resistance",
        "insurgent",
        "enemy",
    }
)
_ARTICLE_BEFORE = re.compile(r"\b[Tt]he\s\Z")


@dataclass(frozen=True)
class Lexicon:
    """The organisations of organisations.tsv, the nouns of heads.tsv and the words of echelons.tsv, compiled."""

    names: AhoCorasick
    canonical: tuple[str, ...]
    heads: AhoCorasick
    alone: Mapping[str, str]
    never: frozenset[str]
    units: re.Pattern[str]
    ships: re.Pattern[str]

    def named(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, canonical name) of the organisations in a text; "IS" not where all is in capitals."""
        for number, start, end in self.names.find_matches_as_indexes(text):
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()) and not (
                end - start < 4 and _shouted(text, start, end)
            ):
                yield start, end, self.canonical[number]

    def bodies(self, text: str, gazetteer: Gazetteer, names: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of a people, or of one of ``names`` (end: start), with the noun that makes it a body."""
        for _, start, end in self.heads.find_matches_as_indexes(text):
            if _joins(text[start - 1 : start]) or _joins(text[end : end + 1]):
                continue
            first, noun = start, text[start:end]
            if noun[0].isupper() and _NAME_GOES_ON.match(text, end):
                continue
            side = _SIDE_BEFORE.search(text, max(0, first - len("anti-") - 1), first)
            if side is not None:
                if noun != "government":  # "anti-government" is no body, "anti-government rebels" are
                    yield side.start(), end
                continue
            while (modifier := _MODIFIER_BEFORE.search(text, max(0, first - _LONGEST_WORD), first)) is not None:
                first = modifier.start()
            before = _WORD_BEFORE.search(text, max(0, first - _LONGEST_WORD), first)
            known = gazetteer.lookup(fold(before[1])) if before else None
            capital = before is not None and before[1][0].isupper()
            owned = before.end(1) - 2 * before[1].endswith(("'s", "’s")) if before else 0
            if before and capital and owned in names:
                yield names[owned], end
            elif before and (
                before[1].lower() in _SIDES
                or _SIDE.match(before[1])
                or (capital and known is not None and known.flags & DEMONYM)
            ):
                yield before.start(1), end
            elif self._stands_alone(text, first, start, end):
                yield first, end

    def _stands_alone(self, text: str, first: int, start: int, end: int) -> bool:
        """Tell whether a noun names a body by itself: "the army", "rebels"; a "police station" is none."""
        kind = self.alone.get(text[start:end].lower())
        return (
            kind is not None
            and (kind == "bare" or _ARTICLE_BEFORE.search(text, max(0, first - 5), first) is not None)
            and text[first - 1 : first] not in {"-", "/"}
            and GOES_ON.match(text, end) is not None
        )

    def numbered(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of numbered units: "72nd Mechanized Brigade"."""
        yield from (match.span() for match in self.units.finditer(text))

    def is_ship(self, text: str, start: int, end: int) -> bool:
        """Tell whether a name is a ship's: "HMS Ocean"."""
        return self.ships.search(text, max(0, start - _LONGEST_PREFIX), end) is not None


_MINISTRY = re.compile(r"ministry of (?:the )?(\w+)")


def alike(name: str, gazetteer: Gazetteer) -> str | None:
    """Return what all names of one body of a country share: "Iraq's army", "Iraqi Army"; None for other names."""
    first, _, rest = name.removeprefix("the ").removeprefix("The ").partition(" ")
    if not rest or not first[0].isupper():
        return None
    known = gazetteer.lookup(fold(first.removesuffix("'s").removesuffix("’s")))
    if known is None or not known.places:
        return None
    place = gazetteer.entry(known.places[0][0])
    if place.precision is not PlacePrecision.COUNTRY:
        return None
    plain = _MINISTRY.sub(r"\1 ministry", fold(rest).replace("defense", "defence"))
    return f"{place.index} {plain}"


def _joins(char: str) -> bool:
    return char.isalnum() or char == "_"


def _shouted(text: str, start: int, end: int) -> bool:
    """Tell whether the words around a short name are in capitals, too: there "IS" is a verb."""
    around = [c for c in text[max(0, start - 20) : start] + text[end : end + 20] if c.isalpha()]
    return sum(map(str.isupper, around)) > 0.7 * len(around) > 0


def load_lexicon() -> Lexicon:
    """Read the word lists beside this file."""
    patterns: list[str] = []
    canonical: list[str] = []
    for row in _rows("organisations.tsv"):
        for name in (row["name"], *(row["aliases"] or "").split("|")):
            if name:
                patterns.append(name)
                canonical.append(row["name"])
    rows = _rows("heads.tsv")
    nouns = {form for row in rows for form in (row["head"], row["head"].title())}
    kinds = {row["kind"]: "|".join(row["words"].split()) for row in _rows("echelons.tsv")}
    return Lexicon(
        AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest),
        tuple(canonical),
        AhoCorasick(sorted(nouns), matchkind=MatchKind.LeftmostLongest),
        {row["head"]: row["alone"] for row in rows if row["alone"]},
        frozenset(word for row in _rows("never.tsv") for word in row["words"].split()),
        re.compile(
            rf"\b\d{{1,3}}(?:st|nd|rd|th) (?:[A-Z][\w.'’-]{{0,20}} ){{0,4}}(?:{kinds['echelon']})\b"
            rf"|\b(?:(?:Joint )?Task Force|CTF|JTF|Unit|Brigade|Battalion) \d{{1,5}}\b"
        ),
        re.compile(rf"\b(?:{kinds['ship']}) (?=[A-Z])"),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
