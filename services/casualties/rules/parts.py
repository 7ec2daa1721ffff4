"""The parts that a sentence gives of a total: ``including four children``, ``two of them``."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.spans import Count, Qualifier
from services.casualties.lexicon import word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, make
from services.casualties.rules.syntax import REACH, finite, objects

_HURT = word_set("shooting gunshot wounded injured surviving victims")
_COLONS = (":", "–", "—", "--")
_DASHES = ("-", *_COLONS, ",", "(")
_FAR = 12  # items behind "the following died" that the colon may stand
_ASIDE = 9  # items that the members of a total may take
_ALONGSIDE = word_set("alongside along together")
_ALONG = 20  # items behind a verb that "along with" may stand


def parts_of(clause: Clause, total: Finding) -> Iterator[Finding]:
    """Yield the parts that the sentence gives of a total: ``including four children``, ``- 13 in Kyiv and four in``."""
    if total.count.best == 0 or total.phrase is None or total.rule == "casualties":
        return
    after = max(total.last, total.phrase.last)
    if total.phrase.last < total.at:
        yield from _including(clause, total, total.phrase.last)
    yield from _including(clause, total, after)
    yield from _along_with(clause, total)
    yield from _in_addition(clause, total)
    yield from _elsewhere(clause, total, after)
    if "following" in (clause.word(total.phrase.first - 1), clause.word(total.phrase.first + 1)):
        after = next((k for k in range(after, min(after + _FAR, len(clause.items))) if clause.word(k) == ":"), after)
    if clause.word(after) == ":" and (total.count.best or 2) > 1:
        for phrase in objects(clause, after + 1):
            if phrase.name and not phrase.number and not _says(clause, phrase.last):
                yield _part(total, phrase, Count.exact(1), phrase.first, "named")
    if not clause.items[after : after + 1] or clause.word(after) not in _DASHES:
        after = next(
            (k for k in range(after, min(after + _FAR, len(clause.items))) if clause.word(k) in _COLONS), after
        )
    if not any(i.trigger for i in clause.items[total.at + 1 : after]):
        yield from _partition(clause, total, after)


def _says(clause: Clause, at: int) -> bool:
    """Tell a verb behind a name, which then is no victim's: ``killed hundreds: the UN put the figure at 900``."""
    word = clause.word(at)
    return finite(clause, at) or word.endswith("ed") or word in ("put", "puts", "says", "gave", "gives")


def _including(clause: Clause, total: Finding, after: int) -> Iterator[Finding]:
    """Read ``, including four children``, ``, among them a nurse`` and ``, two of them children``."""
    for cursor in range(after, min(after + 14, len(clause.items))):
        trigger = clause.items[cursor].trigger
        if cursor > after and trigger is not None and trigger.kind == "verb":
            return
        phrase = clause.starting.get(cursor)
        if phrase is not None and phrase.number and phrase is not total.phrase:
            if _of_them(clause, phrase):
                yield _part(total, phrase, phrase.number.count, phrase.first, "of_them")
            if cursor > after + 1 or clause.word(cursor - 1) == "and" or _of_them(clause, phrase):
                return
        word, following = clause.word(cursor), clause.word(cursor + 1)
        among = word == "among" or (word in ("of", "with") and cursor > after)
        if word in ("including", "included") or (among and following in ("them", "whom", "these")):
            yield from _members(clause, total, cursor)
            return


def _of_them(clause: Clause, phrase: Phrase) -> bool:
    last = phrase.last
    return clause.word(last - 1) in ("them", "whom") or (
        clause.word(last) == "of" and clause.word(last + 1) in ("them", "whom")
    )


def _part(total: Finding, phrase: Phrase, count: Count, first: int, rule: str) -> Finding:
    return Finding(
        total.harm, count, phrase, first, phrase.last, rule, total.status, joint=total.joint, total=total, at=total.at
    )


def _members(clause: Clause, total: Finding, at: int) -> Iterator[Finding]:
    """Yield the parts that ``including`` or ``among them`` names."""
    start = at + (1 if clause.word(at).startswith("includ") else 2)
    while clause.says("adverb", start) or clause.says("be", start):
        start += 1
    for phrase in objects(clause, start):
        attacker = phrase.noun is not None and phrase.noun.group == "fighters" and not phrase.plural
        one = phrase.determiner == "definite" and phrase.noun is not None and not (phrase.noun.plural or phrase.plural)
        one = one and not (phrase.household or phrase.pair or phrase.more)  # "including the village chief"
        single = phrase.determiner == "indefinite" or (phrase.name and not phrase.plural) or attacker or one
        count = phrase.count() if phrase.number or single else None
        if count is not None and not phrase.thing and _within(count, total.count):
            yield _part(total, phrase, count, start - 1 if phrase.first == start else phrase.first, "including")


def _along_with(clause: Clause, first: Finding) -> Iterator[Finding]:
    """Read ``was killed along with his wife and two sons``: more victims of the same harm."""
    if first.rule not in ("passive", "intransitive", "reduced") or first.total is not None:
        return
    if _ALONGSIDE.isdisjoint(clause.vocabulary):
        return
    for cursor in range(first.last, min(first.last + _ALONG, len(clause.items))):
        trigger = clause.items[cursor].trigger
        if clause.word(cursor) in (".", ";") or (trigger is not None and trigger.kind == "verb"):
            return
        if clause.word(cursor) == "alongside" or (
            clause.word(cursor) in ("along", "together") and clause.word(cursor + 1) == "with"
        ):
            start = cursor + 1 + (clause.word(cursor + 1) == "with")
            for phrase in objects(clause, start):
                hurt = any(clause.word(k) in _HURT for k in range(phrase.first, phrase.last))
                if first.harm == "killed" and hurt:
                    return  # "was found dead along with two shooting victims"
                made = make(clause, first.harm, phrase, cursor, "along_with") if phrase.person or phrase.name else None
                if made:
                    made.at = first.at
                    yield made
            return


def _in_addition(clause: Clause, first: Finding) -> Iterator[Finding]:
    """Read ``the death of a woman in Has, in addition to five men``: more victims, where no word of harm follows."""
    if first.rule not in ("nominal", "active", "passive", "intransitive") or first.total is not None:
        return
    if "addition" not in clause.vocabulary:
        return
    for cursor in range(first.last, min(first.last + _ALONG, len(clause.items))):
        if clause.word(cursor) in (".", ";") or clause.items[cursor].trigger is not None:
            return
        if (clause.word(cursor), clause.word(cursor + 1)) != ("addition", "to") or clause.word(cursor - 1) != "in":
            continue
        for phrase in objects(clause, cursor + 2):
            if not phrase.person or not (phrase.number or phrase.determiner == "indefinite"):
                return
            if finite(clause, phrase.last) or (phrase.last < len(clause.items) and clause.items[phrase.last].trigger):
                return  # "in addition to 24 injured"
            made = make(clause, first.harm, phrase, cursor, "in_addition")
            if made is not None:
                made.at, made.first = first.at, phrase.first
                yield made
                yield from _including(clause, made, phrase.last)
        return


def _elsewhere(clause: Clause, first: Finding, after: int) -> Iterator[Finding]:
    """Read ``two were killed in Orikhiv and one in Siversk``: more victims of the same harm, in other places.

    Those of ``five were killed, three in Kharkiv and two in Sumy`` add up to the total: they are its parts.
    """
    if first.rule not in ("passive", "intransitive", "active", "reduced"):
        return
    found: list[tuple[Phrase, Count, int]] = []
    named_before = False  # the first of them has a place of its own
    cursor = after
    while cursor < min(after + _ALONG, len(clause.items)):
        if clause.word(cursor) in (".", ";") or clause.items[cursor].trigger is not None or clause.says("be", cursor):
            break
        phrase = clause.starting.get(cursor)
        count = _so_many(clause, phrase) if phrase is not None and clause.word(cursor - 1) in ("and", ",") else None
        behind = _behind_members(clause, phrase.last) if phrase is not None and count is not None else 0
        inner = _in_a_place(clause, behind) if behind else None
        if phrase is not None and count is not None and inner is not None:
            if not (named_before or found or phrase.more) or finite(clause, inner.last):
                break
            found.append((phrase, count, inner.last))
            cursor = inner.last
            continue
        if phrase is not None and phrase.number and not found and not clause.says("preposition", cursor - 1):
            break  # another count stands between
        named_before = named_before or (not found and _in_a_place(clause, cursor) is not None)
        cursor += 1
    whole = first.count.best
    parts = len(found) > 1 and whole is not None and sum(c.best or 0 for _, c, _ in found) == whole
    for phrase, count, last in found:
        if parts:
            part = _part(first, phrase, count, phrase.first, "partition")
            part.last = last
            yield part
        elif first.total is not None:  # "60 died, of whom 23 in Kharkiv and 11 in Sumy"
            part = _part(first.total, phrase, count, phrase.first, "partition")
            part.last = last
            yield part
        else:
            more = Finding(first.harm, count, phrase, phrase.first, last, "elsewhere", first.status, at=first.at)
            yield more
            yield from _including(clause, more, phrase.last)


def _behind_members(clause: Clause, at: int) -> int:
    """Skip ``, among them ten children,`` between people and their place."""
    if clause.word(at) != "," or clause.word(at + 1) not in ("including", "among"):
        return at
    return next((k + 1 for k in range(at + 2, min(at + _ASIDE, len(clause.items))) if clause.word(k) == ","), at)


def _so_many(clause: Clause, phrase: Phrase) -> Count | None:
    """Return the count of a phrase that says but how many people: ``two``, ``another``, ``three civilians``."""
    if phrase.thing or not (phrase.person or phrase.more or phrase.last - phrase.first == 1):
        return None
    if phrase.number:
        return phrase.number.count
    return Count.exact(1) if clause.word(phrase.first) == "another" and phrase.last == phrase.first + 1 else None


def _in_a_place(clause: Clause, at: int) -> Phrase | None:
    """Return the name behind ``in``, ``near``, ``at`` or ``across`` at an index."""
    if clause.word(at) not in ("in", "near", "at", "across") or at + 1 >= len(clause.items):
        return None
    if not (clause.items[at + 1].capital or clause.word(at + 1) == "the"):
        return None
    inner = clause.starting.get(at + 1)
    wound = inner is not None and clause.says("body", inner.last - 1)  # "another in the shoulder"
    return None if wound else inner


def _within(part: Count, whole: Count) -> bool:
    top = whole.max if whole.max is not None else (whole.best or whole.min)
    if whole.qualifier in (Qualifier.AT_LEAST, Qualifier.MORE_THAN) or whole.best is None:
        return True
    return (part.best or part.min or 0) <= (top or 0)


def _partition(clause: Clause, total: Finding, after: int) -> Iterator[Finding]:
    """Read parts behind a dash, colon, comma or bracket, if they add up to no more than the total."""
    if total.count.best is None or clause.word(after) not in _DASHES:
        return
    cursor = after
    while clause.word(cursor) in _DASHES:
        cursor += 1
    parts: list[Phrase] = []
    while (phrase := clause.starting.get(cursor)) is not None and len(parts) < REACH:
        if not phrase.number or phrase.thing or finite(clause, phrase.last):
            return
        parts.append(phrase)
        cursor = phrase.last
        while cursor < len(clause.items) and (clause.says("preposition", cursor) or clause.word(cursor) == "the"):
            cursor += 1
            inner = clause.starting.get(cursor)
            cursor = inner.last if inner else cursor
        if clause.word(cursor) == "," and clause.word(cursor + 1) == "and":
            cursor += 1
        if clause.word(cursor) not in ("and", ","):
            break
        cursor += 1
    figures = [p.number.count.best for p in parts if p.number]
    if len(parts) < 2 or None in figures or sum(f or 0 for f in figures) > total.count.best:
        return
    for phrase in parts:
        assert phrase.number is not None
        last = phrase.last
        if clause.says("preposition", last) and (inner := clause.starting.get(last + 1)):
            last = inner.last
        part = _part(total, phrase, phrase.number.count, phrase.first, "partition")
        part.last = last
        yield part
