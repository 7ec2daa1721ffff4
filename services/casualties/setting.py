"""When and where the harm of a statement was done, and who says so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from contracts.casualties import ClaimStatus, Scope
from contracts.places import Place, PlacePrecision
from contracts.spans import Precision, Section, When
from services.casualties.discourse import TOLD, Statement
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.syntax import subjects, verb_group
from services.text.dates import DateMention, find_dates
from services.text.reading import Field, Reading, Sentence

_DAYS = (Precision.DAY, Precision.NIGHT)
_LONG_TIMES = (Precision.MONTH, Precision.YEAR)
_APART = timedelta(days=2)
_FINE = {
    PlacePrecision.SITE: 0,
    PlacePrecision.SETTLEMENT: 1,
    PlacePrecision.DISTRICT: 1,
    PlacePrecision.ADMIN2: 2,
    PlacePrecision.ADMIN1: 3,
    PlacePrecision.REGION: 4,
    PlacePrecision.COUNTRY: 5,
}
_AT = ("in", "at", "near", "on", "across", "outside", "around", "inside", "over", "of", "against", "hit", "struck")
_CLAUSE = 80  # characters that a date of the clause before stands back by
_TOP = 12  # sentences that the head of an article may have
_LONG = 1000  # characters of one of them that are looked at
_LEAD = 12  # characters in which a preposition stands before a name
_BY_THE_WAY = (" as ", " after ", " before ", " when ", " while ")  # what lies behind is another clause's
_LATER = re.compile(r"\b(an?|one|two|three|four|five|\d{1,2}) days? (after|before)\b[^,;.]*$")
_THERE = re.compile(r"\bin the (?:province|region|city|town|district|village|area)\b")
_DAY_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ASIDE = 200  # characters between a statement and a place that are looked at
_COARSE = 60  # characters that a coarser place stands back by, for each step


def set_when(statements: Sequence[Statement], sentences: Sequence[Sentence], published: date | None) -> None:
    """Date statements and set apart what lies before the main event.

    The nearest date of the sentence counts, else the one before it in the paragraph, else the main event's: that of the
    first told statement with a day, else the first day that headline and lead name.
    """
    mentions: dict[int, list[DateMention]] = {}
    tolls: dict[int, list[Statement]] = {}
    for statement in statements:
        if statement.rule == "toll":
            tolls.setdefault(statement.number, []).append(statement)
    before: Statement | None = None
    for statement in statements:
        if statement.number not in mentions:
            found = find_dates(statement.sentence.text, published)
            given = tolls.get(statement.number, [])
            mentions[statement.number] = [
                m for m in found if not _since(statement.sentence.text, m) and not _of_count(m, given)
            ]
        statement.when = _nearest(statement, mentions[statement.number])
        if before is not None and (before.number, before.finding.at) == (statement.number, statement.finding.at):
            statement.when = before.when  # "the killing of Ana Ruiz and her son on 9 May"
        before = statement
    _take_the_past(statements)
    dated = [s.when for s in statements if s.told and s.when and s.when.end and s.when.precision in _DAYS]
    main = dated[0] if dated else _first_day(sentences, published)
    before = None
    for statement in statements:
        if statement.scope is Scope.INCIDENT and main is not None and main.start is not None:
            if statement.when is None and main.precision in _DAYS and (days := _days_off(statement)):
                day = main.start + timedelta(days=days)
                statement.when = When(start=day, end=day, precision=Precision.DAY)
            elif statement.when is None:
                same = before is not None and before.sentence.paragraph == statement.sentence.paragraph
                statement.when = before.when if same and before is not None and before.when else main
            elif statement.when.end and statement.when.end < main.start - _APART:
                statement.scope = Scope.HISTORIC
            elif main.precision in _DAYS and statement.when.precision in _LONG_TIMES:
                statement.scope = Scope.CUMULATIVE  # "45 people were killed in July"
        before = statement


def _of_count(mention: DateMention, tolls: Sequence[Statement]) -> bool:
    """Tell the day on which a toll was given: it stands before it or behind its figure, ``rose to 25 on Sunday``."""
    return any(mention.end <= s.bounds[0] or mention.start >= s.bounds[1] for s in tolls)


def _days_off(statement: Statement) -> int:
    """Return by how many days the words before a statement put it off: ``a day after missiles killed three``."""
    start = statement.bounds[0]
    led = _LATER.search(statement.sentence.text[max(0, start - _CLAUSE) : start].lower())
    if led is None:
        return 0
    days = _DAY_NUMBERS.get(led[1]) or int(led[1])
    return -days if led[2] == "after" else days


def _since(text: str, mention: DateMention) -> bool:
    return text[mention.start : mention.end].lower().startswith("since")


def _nearest(statement: Statement, mentions: Sequence[DateMention]) -> When | None:
    """Return the nearest date; one that another clause has before the statement stands back."""
    start, end = statement.bounds
    text = statement.sentence.text

    def distance(mention: DateMention) -> int:
        away = max(mention.start - end, start - mention.end, 0)
        between = text[mention.end : start] if mention.end < start else ""
        return away + _CLAUSE * (" and " in between or ", " in between)

    nearest = min(mentions, key=distance, default=None)
    return nearest.when if nearest else None


def _first_day(sentences: Sequence[Sentence], published: date | None) -> When | None:
    for sentence in sentences[:_TOP]:
        if sentence.section in (Section.HEADLINE, Section.LEAD):
            for mention in find_dates(sentence.text[:_LONG], published):
                if mention.when.precision in _DAYS and mention.when.start:
                    return mention.when
    return None


def _take_the_past(statements: Sequence[Statement]) -> None:
    """Take the past for the incident where an article has no other: a trial, an anniversary."""
    told = [s for s in statements if s.sentence.section in TOLD and s.finding.status is ClaimStatus.REPORTED]
    top = [s for s in told if s.sentence.section is not Section.BODY]
    if not told or told[0].scope is not Scope.HISTORIC or any(s.scope is Scope.INCIDENT for s in top):
        return
    year = _year(told[0].when)
    for statement in statements:
        if statement.scope is Scope.HISTORIC and (_year(statement.when) or year) == year:
            statement.scope = Scope.INCIDENT


def _year(when: When | None) -> int | None:
    return when.start.year if when and when.start else None


def set_where(statements: Sequence[Statement], reading: Reading, places: Sequence[Place]) -> None:
    """Find the place of each statement: in its sentence or paragraph, else that of the one before, else the main one.

    A country counts only where a preposition leads it in: in "Russia shelled Kherson" it acts. The main place is the
    first fine one, else the country that things are most often said to be in.
    """
    spans = sorted((s.field, s.start, s.end, k) for k, place in enumerate(places) for s in place.spans)
    led = [_is_led_in(reading, field, start) for field, start, _, _ in spans]
    fine = [(f != "title", start, k) for f, start, _, k in spans if _FINE[places[k].precision] <= 1]
    around = Counter(k for (_, _, _, k), leads in zip(spans, led, strict=True) if leads)
    main = min(fine)[2] if fine else max(around, key=lambda k: around[k], default=None)
    before = places[main].place_id if main is not None else None
    starts: dict[tuple[Field, int], int] = {}
    for said in reading.sentences:
        starts.setdefault((said.field, said.paragraph), said.start)
    paragraph: tuple[Field, int] | None = None
    clause, origins = None, set[int]()
    for statement in statements:
        sentence = statement.sentence
        at = bisect_left(spans, (sentence.field, sentence.start, 0, 0))
        if paragraph != (sentence.field, sentence.paragraph):
            head = starts[sentence.field, sentence.paragraph]
            for k in range(at - 1, -1, -1):  # the last fine place that its paragraph was led to
                field, first, _, place = spans[k]
                if field != sentence.field or first < head:
                    break
                if led[k] and _FINE[places[place].precision] <= 1:
                    before = places[place].place_id
                    break
        paragraph = (sentence.field, sentence.paragraph)
        if statement.clause is not clause:
            clause, origins = statement.clause, _origins(statement)
        start, end = (sentence.start + offset for offset in statement.bounds)
        best: tuple[int, int] | None = None
        while at < len(spans) and spans[at][0] == sentence.field and spans[at][1] < sentence.end:
            (_, first, last, k), leads = spans[at], led[at]
            coarse = _FINE[places[k].precision] + (first < start) + (not leads)
            distance = max(first - end, start - last, 0) + coarse * _COARSE
            between = sentence.text[end - sentence.start : min(max(first, end), end + _ASIDE) - sentence.start]
            distance += 2 * _COARSE * any(words in between for words in _BY_THE_WAY)
            if first not in origins and (leads or places[k].precision is not PlacePrecision.COUNTRY):
                best = min(best or (distance, k), (distance, k))
            at += 1
        if best:
            before = places[best[1]].place_id
        elif statement.scope is Scope.CUMULATIVE and not _THERE.search(sentence.text):
            continue  # a running total is that of a war, not of the town told of before
        statement.place_id = before


def _origins(statement: Statement) -> set[int]:
    """Return where the places begin that people only come from: ``a couple from Belgorod were killed``."""
    clause, start = statement.clause, statement.sentence.start
    behind = [p.last + 1 for p in clause.phrases if (p.person or p.number) and clause.word(p.last) == "from"]
    return {start + clause.items[k].start for k in behind if k < len(clause.items)}


def _is_led_in(reading: Reading, field: Field, start: int) -> bool:
    """Tell whether a preposition stands before a name, or an article: "in Kyiv", "the Black Sea"."""
    words = getattr(reading.article, field)[max(0, start - _LEAD) : start].lower().split()
    return bool(words) and words[-1].strip("(\"'") in (*_AT, "the")


def claimant_of(clause: Clause, own: Phrase | None, at: int) -> str | None:
    """Return who says what stands at an item: the subject of the nearest verb of saying, or ``according to`` whom."""
    near = bisect_left(clause.sayings, at)
    for verb in sorted(clause.sayings[max(0, near - 3) : near + 3], key=lambda k: abs(k - at)):
        phrase: Phrase | None
        if clause.word(verb) == "according to":
            phrase = clause.starting.get(verb + 1)
        else:
            found = subjects(clause, verb_group(clause, verb).first)
            phrase = found[-1] if found else clause.starting.get(verb + 1)
        if phrase is None or phrase is own or phrase.number or (phrase.pronoun and phrase.pronoun != "singular"):
            continue
        return clause.text[clause.items[phrase.first].start : clause.items[phrase.last - 1].end]
    return None
