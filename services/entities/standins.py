"""What stands for a named person: the office beside the name, "the minister", "he", and "I" in the person's own words.

A stand-in is one more mention of its entity. Where the text leaves open who is meant there is none: an unnamed man
since the name, another gender, a quotation without a named speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from services.entities.link import Named
from services.entities.offices import beside, definite, is_called
from services.text.reading import Sentence

_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|him|himself|herself|I|me|myself|[Ww]e|us|ourselves)\b(?!\.[A-Z])")
_THIRD = {"he": "m", "him": "m", "himself": "m", "she": "f", "herself": "f"}
_FIRST = frozenset({"i", "me", "myself"})
_SPEECH = re.compile(
    r"\b(?:said|says?|told|tells|add(?:ed|s)|wrote|writes|repl(?:ied|ies)|explain(?:ed|s)|recall(?:ed|s)|stat(?:ed|es)|noted"
    r"|warned|declared|continued|insisted|goes on|went on|stressed|announced|statement|ask(?:ed|s)|predicted)\b"
)
_UNNAMED = re.compile(
    r"\b(?:[Aa]n?|[Oo]ne|[Aa]nother|[Tt]he|[Hh]is|[Hh]er|[Tt]heir|old|young)\s(?:[\w'’-]+\s){0,3}?(?:man|woman|boy|girl|child|son"
    r"|daughter|father|mother|brother|sister|husband|wife|uncle|cousin|neighbou?r|resident|villager|farmer|driver|soldier|officer"
    r"|policeman|official|suspect|gunman|attacker|bomber|militant|fighter|victim|witness|doctor|physician|teacher|student|worker"
    r"|journalist|reporter|photographer|carpenter|guard|prisoner|hostage|pilot|sniper|teenager|survivor|source|relative)\b"
)
_FEMALE = re.compile(r"\b(?:Mrs|Ms|Miss|Lady|Queen|Princess|[A-Za-z]*woman|mother|wife|daughter|sister|girl|actress)\b")
_MALE = re.compile(r"\b(?:Mr|Sir|King|Prince|Sheikh|Imam|[a-z]+sman|businessman|father|husband|son|brother)\b")
_MARK = re.compile(r"[\"“”]+")
_FURTHEST = 2  # sentences that "he" looks back
_NEAR = 14  # characters before a name that may say whether it is a man's

Stretch = tuple[int, int]


class StandIn(NamedTuple):
    """A stretch of the text and the name that it stands for."""

    start: int
    end: int
    named: Named


class _Person(NamedTuple):
    """A name or what stands for it."""

    start: int
    end: int
    named: Named


def standins(text: str, sentences: Iterable[Sentence], mentions: Iterable[Named]) -> list[StandIn]:
    """Return what stands for the named persons of a field, and "we" where they speak for an organisation."""
    ordered = sorted(mentions, key=lambda m: m.span.start)
    people = [m for m in ordered if m.label == "PERSON"]
    if not people:
        return []
    return list(_Listener(people, [m for m in ordered if m.label == "ORG"]).listen(text, sentences))


class _Listener:
    """Reads the sentences of a text in order and remembers of whom they spoke last."""

    def __init__(self, people: Sequence[Named], bodies: Sequence[Named]) -> None:
        self._people, self._at = people, [m.span.start for m in people]
        self._bodies, self._bodies_at = bodies, [m.span.start for m in bodies]
        self._offices: list[tuple[str, Named]] = []
        self._speaks_for: dict[str, Named] = {}
        self._gender: dict[str, str] = {}
        self._last: _Person | None = None
        self._age = 0

    def listen(self, text: str, sentences: Iterable[Sentence]) -> Iterator[StandIn]:
        """Yield the stand-ins of each sentence."""
        announced: _Person | None = None  # who said what the next paragraphs hold, without quotation marks
        unfinished: _Person | None = None  # whose quotation goes on in the next paragraph
        for _, group in groupby(sentences, key=lambda s: s.paragraph):
            paragraph = [*group]
            quotes = _quoted(text, paragraph[0].start, paragraph[-1].end)
            speaker = unfinished if quotes and quotes[0][0] == paragraph[0].start + 1 else None
            waiting: list[tuple[int, int, str]] = []
            for sentence in paragraph:
                persons: list[_Person] = []
                yield from self._named(sentence, persons)
                outside = sorted(p for p in persons if not _within(p.start, quotes)) if quotes else sorted(persons)
                announced = None if outside else announced
                for match in _PRONOUN.finditer(sentence.text) if outside or quotes or announced or self._last else ():
                    start, end, word = match.start() + sentence.start, match.end() + sentence.start, match[0].lower()
                    if word not in _THIRD:
                        waiting.append((start, end, word))
                    elif not _within(start, quotes) and (who := self._meant(sentence, start, _THIRD[word], outside)):
                        outside = sorted([*outside, _Person(start, end, who.named)])
                        yield StandIn(start, end, who.named)
                speaker = _speaker(sentence, outside, quotes) or speaker
                self._remember(sentence, outside)
                if outside and sentence.text.endswith(":") and _SPEECH.search(sentence.text):
                    announced = outside[-1]
            for start, end, word in waiting:
                by = speaker if _within(start, quotes) else announced
                whom = by and (by.named if word in _FIRST else self._speaks_for.get(_surname(by.named)))
                if whom:
                    yield StandIn(start, end, whom)
            unfinished = speaker if quotes and quotes[-1][1] == paragraph[-1].end else None

    def _named(self, sentence: Sentence, persons: list[_Person]) -> Iterator[StandIn]:
        """Yield the offices of a sentence's persons; add the persons, and those whom "the minister" means."""
        covered: list[Stretch] = []
        for named in self._people[bisect_left(self._at, sentence.start) : bisect_left(self._at, sentence.end)]:
            start, end = named.span.start - sentence.start, named.span.end - sentence.start
            persons.append(_Person(named.span.start, named.span.end, named))
            hint = sentence.text[max(0, start - _NEAR) : start]
            for first, last in beside(sentence.text, start, end):
                if self._names_somebody(sentence.start + first, sentence.start + last):
                    continue
                office = sentence.text[first:last]
                covered.append((first, last))
                hint += office
                self._offices.append((office.lower(), named))
                body = bisect_left(self._bodies_at, sentence.start + first)
                if body < len(self._bodies) and self._bodies[body].span.end <= sentence.start + last:
                    self._speaks_for[_surname(named)] = self._bodies[body]
                yield StandIn(sentence.start + first, sentence.start + last, named)
            gender = "f" if _FEMALE.search(hint) else "m" if _MALE.search(hint) else None
            if gender:
                self._gender.setdefault(_surname(named), gender)
        for first, last, office in definite(sentence.text) if self._offices else ():
            of = next((n for called, n in reversed(self._offices) if is_called(called, office)), None)
            if of is not None and not any(s < last and e > first for s, e in covered):
                persons.append(_Person(sentence.start + first, sentence.start + last, of))
                yield StandIn(sentence.start + first, sentence.start + last, of)

    def _names_somebody(self, start: int, end: int) -> bool:
        return bisect_left(self._at, start) < bisect_left(self._at, end)

    def _meant(self, sentence: Sentence, start: int, gender: str, outside: Sequence[_Person]) -> _Person | None:
        """Return whom "he" or "she" means: the first person of the sentence, else of whom the last ones spoke."""
        earlier = [p for p in outside if p.end <= start]
        for who in [*earlier, *([self._last] if self._last else [])]:
            if self._gender.setdefault(_surname(who.named), gender) != gender:
                continue
            since = max(0, who.end - sentence.start)
            return None if _UNNAMED.search(sentence.text, since, start - sentence.start) else who
        return None

    def _remember(self, sentence: Sentence, outside: Sequence[_Person]) -> None:
        """Note of whom a sentence speaks: its first person, unless somebody unnamed stands before."""
        if outside:
            unnamed = _UNNAMED.search(sentence.text, 0, outside[0].start - sentence.start)
            self._last, self._age = None if unnamed else outside[0], 0
        elif self._last:
            self._age += 1
            if self._age > _FURTHEST or _UNNAMED.search(sentence.text):
                self._last = None


def _surname(named: Named) -> str:
    return named.span.quote.removesuffix("'s").removesuffix("’s").split()[-1].lower()


def _speaker(sentence: Sentence, outside: Sequence[_Person], quotes: Sequence[Stretch]) -> _Person | None:
    """Return who says what a sentence quotes: the person nearest to the verb of saying outside of the quotation."""
    if not outside or not any(s < sentence.end and e > sentence.start for s, e in quotes):
        return None
    for verb in _SPEECH.finditer(sentence.text):
        first, last = sentence.start + verb.start(), sentence.start + verb.end()
        if not _within(first, quotes):
            return min(outside, key=lambda p: max(p.start - last, first - p.end))
    return None


def _within(at: int, quotes: Sequence[Stretch]) -> bool:
    return any(start <= at < end for start, end in quotes)


def _quoted(text: str, start: int, end: int) -> list[Stretch]:
    """Return the quoted stretches of a paragraph; the last may be open, and go on in the next."""
    found: list[Stretch] = []
    opened: int | None = None
    for mark in _MARK.finditer(text, start, end):
        before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
        opens = mark.group()[0] == "“" or (
            mark.group()[0] == '"' and (mark.start() == start or not before.strip()) and after.strip() != ""
        )
        if opens and opened is None:
            opened = mark.end()
        elif not opens and opened is not None:
            found.append((opened, mark.start()))
            opened = None
    return [*found, (opened, end)] if opened is not None else found
