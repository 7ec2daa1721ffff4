"""What the shape of a name says of it: its nouns, the abbreviation behind it, and where else it stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("nouns.tsv")
_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "to", "de", "la", "del", "du", "des"})
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LETTER = re.compile(r"[A-Za-zÀ-ɏЀ-ӿ]")
_ARTICLE = re.compile(r"(?:al|el|ash|as|ad|an|ar|az|at|ul)[- ]", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\W*\[\d")
_OFFICE = re.compile(r"(?:Secretary|Secretaries|Minister|Department|Ministry) of (?:the )?\Z")
_OFFICES = frozenset(
    {"State", "Defense", "Defence", "Interior", "Treasury", "Energy", "Commerce", "Health", "Homeland"}
)
_RANKS = re.compile(
    r"(?:[A-Z]{2,6} (?=[A-Z][a-z]+ [A-Z][a-z]))?"
    r"(?:(?:Lance |Det )?"
    r"(?:Sgt|Cpl|Lt|Capt|Maj|Brig|Gen|Col|Adm|Det|Detective|Sepoy|Havaldar|Hawaldar|Naik|Subedar)\b\.? )+(?=\w)"
)
_NO_SURNAME = re.compile(r" (?:Sgt|Cpl|Lt|Capt|Det|Detective)\Z")
_IN_BRACKETS = re.compile(r"(?<=\w) \(([A-Z]{2,8})\)")
_CAPITAL_BEFORE = re.compile(r"[A-Z][\w'’-]* \Z")
_CAPITAL_AFTER = re.compile(r" [A-Z]")
_NOUN_AFTER = re.compile(r" ([A-Z][a-z]+)\b")
_MOST_WORDS, _LONGEST_NAME, _SHORTEST_SURNAME, _FEWEST_LETTERS = 12, 160, 4, 3

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Shapes:
    """The nouns of nouns.tsv: by place in the name, noun and label."""

    last: Mapping[str, str]
    first: Mapping[str, str]
    before_article: Mapping[str, str]

    def label(self, name: str, label: str) -> str:
        """Return the label that a noun of a name of several words gives it, else the one it has."""
        words = name.removesuffix("'s").removesuffix("’s").split()
        if len(words) == 1:
            return label
        said = self.last.get(words[-1])
        if label == "ORG" and said in {"LOC", "FAC"}:
            return label  # a hospital says, a mountain does not
        said = said or self.first.get(words[0])
        if said is None and words[1] in {"of", "for"} and self.last.get(words[0]) == "ORG":
            said = "ORG"  # "Army of the North"
        if said is None and _ARTICLE.match(words[1]):
            said = self.before_article.get(words[0])
        return said or label

    def whole(self, text: str, end: int, label: str) -> int:
        """Return the end of an organisation's name with the noun that was left off: "Sula Military" Administration."""
        noun = _NOUN_AFTER.match(text, end) if label == "ORG" else None
        return noun.end() if noun and self.last.get(noun[1]) == "ORG" else end

    def abbreviated(self, text: str) -> Iterator[tuple[Stretch, Stretch]]:
        """Yield organisations with abbreviations in brackets: "State Board of Antiquities and Heritage (SBAH)"."""
        for match in _IN_BRACKETS.finditer(text):
            begin = max(0, match.start() - _LONGEST_NAME)
            words = [(begin + w.start(), w.group()) for w in _WORD.finditer(text[begin : match.start()])]
            start = _spelt(words[-_MOST_WORDS:], match[1])
            if start is not None:
                long = text[start : match.start()].split()
                if "ORG" in {self.last.get(word) for word in long} | {self.first.get(long[0])}:
                    yield (start, match.start()), match.span(1)


def load_shapes() -> Shapes:
    """Read nouns.tsv."""
    found: dict[str, dict[str, str]] = {"last": {}, "first": {}, "before al": {}}
    with _FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            found[row["at"]] |= dict.fromkeys(row["nouns"].split(), row["label"])
    return Shapes(found["last"], found["first"], found["before al"])


def trimmed(text: str, start: int, end: int, label: str) -> Stretch | None:
    """Return a name without a footnote's mark and the office or rank of a person; None where nothing is left."""
    note = _FOOTNOTE.search(text, start, end)
    end = note.start() if note else end
    if not _LETTER.search(text, start, end):
        return None
    if _OFFICE.search(text, max(0, start - 30), start):
        first, _, rest = text[start:end].partition(" ")
        if first in _OFFICES and (rest == "" or label == "PERSON"):
            return (start + len(first) + 1, end) if rest else None
    if label == "PERSON":
        rank, tail = _RANKS.match(text, start, end), _NO_SURNAME.search(text[start:end])
        start, end = rank.end() if rank else start, start + tail.start() if tail else end
    return (start, end) if start < end else None


def repeated(text: str, names: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, label) wherever names of an article stand: whole ones, persons' surnames, abbreviations."""
    for name, label in dict.fromkeys(names):
        words = name.split()
        if len(words) > 1 or (label == "ORG" and name.isupper() and len(name) >= _FEWEST_LETTERS):
            yield from ((start, end, label) for start, end in _places_of(name, text))
        if label == "PERSON" and len(words) > 1 and _is_surname(words[-1], text):
            for start, end in _places_of(words[-1], text):
                if not _CAPITAL_BEFORE.search(text, max(0, start - 30), start) and not _CAPITAL_AFTER.match(text, end):
                    yield start, end, label


def _places_of(name: str, text: str) -> Iterator[Stretch]:
    """Yield where a name stands as words of its own; compiling a pattern for each name would take far longer."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not (_joins(text[start - 1 : start]) or _joins(text[end : end + 1])):
            yield start, end
        start = text.find(name, end)


def _joins(char: str) -> bool:
    return char.isalnum() or char in {"-", "_"}


def _is_surname(word: str, text: str) -> bool:
    """Tell whether the last word of a person's name stands for the person by itself: "Price" may be a noun."""
    long = len(word) >= _SHORTEST_SURNAME and word[0].isupper() and word.replace("-", "").isalpha()
    return long and not word.isupper() and word.lower() not in text


def _spelt(words: list[tuple[int, str]], letters: str) -> int | None:
    """Return where the words begin whose initials an abbreviation is, small words counted or not."""
    if not words:
        return None
    at, word = words[-1]
    small = word in _SMALL
    if word[0].upper() == letters[-1] and (small or word[0].isupper()):
        if len(letters) == 1:
            return None if small else at
        found = _spelt(words[:-1], letters[:-1])
        if found is not None:
            return found
    return _spelt(words[:-1], letters) if small else None
