"""When and where the harm of a statement was done, and who says so."""

from __future__ import annotations

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
_COARSE = 60  # characters that a coarser place stands back by, for each step


def set_when(statements: Sequence[Statement], sentences: Sequence[Sentence], published: date | None) -> None:
    """Date statements and set apart what lies before the main event.

    The nearest date of the sentence counts, else the one before it in the paragraph, else the main event's: that of the
    first told statement with a day, else the first day that headline and lead name.
    """
    mentions: dict[int, list[DateMention]] = {}
    before: Statement | None = None
    for statement in statements:
        if statement.number not in mentions:
            found = find_dates(statement.sentence.text, published)
            mentions[statement.number] = [m for m in found if not _since(statement.sentence.text, m)]
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
            if statement.when is None:
                same = before is not None and before.sentence.paragraph == statement.sentence.paragraph
                statement.when = before.when if same and before is not None and before.when else main
            elif statement.when.end and statement.when.end < main.start - _APART:
                statement.scope = Scope.HISTORIC
            elif main.precision in _DAYS and statement.when.precision in _LONG_TIMES:
                statement.scope = Scope.CUMULATIVE  # "45 people were killed in July"
        before = statement


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
    """Find the place of each statement: in its sentence, else that of the statement before, else the main one.

    A country counts only where a preposition leads it in: in "Russia shelled Kherson" it acts. The main place is the
    first fine one, else the country that things are most often said to be in.
    """
    spans = sorted((s.field, s.start, s.end, k) for k, place in enumerate(places) for s in place.spans)
    led = [_is_led_in(reading, field, start) for field, start, _, _ in spans]
    fine = [(f != "title", start, k) for f, start, _, k in spans if _FINE[places[k].precision] <= 1]
    around = Counter(k for (_, _, _, k), leads in zip(spans, led, strict=True) if leads)
    main = min(fine)[2] if fine else max(around, key=lambda k: around[k], default=None)
    before = places[main].place_id if main is not None else None
    for statement in statements:
        sentence = statement.sentence
        at = bisect_left(spans, (sentence.field, sentence.start, 0, 0))
        start, end = (sentence.start + offset for offset in statement.bounds)
        best: tuple[int, int] | None = None
        while at < len(spans) and spans[at][0] == sentence.field and spans[at][1] < sentence.end:
            (_, first, last, k), leads = spans[at], led[at]
            coarse = _FINE[places[k].precision] + (first < start) + (not leads)
            distance = max(first - end, start - last, 0) + coarse * _COARSE
            if leads or places[k].precision is not PlacePrecision.COUNTRY:
                best = min(best or (distance, k), (distance, k))
            at += 1
        if best:
            before = places[best[1]].place_id
        elif statement.scope is Scope.CUMULATIVE:
            continue  # a running total is that of a war, not of the town told of before
        statement.place_id = before


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
