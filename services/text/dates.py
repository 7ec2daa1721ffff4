"""Dates in English news: what a phrase says, counted from the day of publication."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from contracts.spans import Precision, When

_WAR_BEGAN = date(2022, 2, 24)
_DAY = timedelta(days=1)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_VAGUE = {"few": (2, 6), "several": (3, 9), "couple": (2, 3), "": (2, 9)}
_UNIT_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 31, "year": 366, "decade": 3653}

# One gap between words, over a hard line break but never over an empty line; bounded, so that nothing backtracks.
_S = r"(?:[^\S\n]{1,4}|[^\S\n]{0,4}\n[^\S\n]{0,4})"
_MONTH_FULL = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
_MONTH = rf"(?:{_MONTH_FULL}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_WEEKDAY_FULL = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
_WEEKDAY = rf"(?:{_WEEKDAY_FULL}|(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)\b\.?)"
_YEAR = r"(?:1[89]\d\d|20\d\d)(?!\d|[.,]\d)"
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
_DASH = r"\s?[-‐-―]\s?"
_N = rf"(?:(?:an?{_S})?(?:couple(?:{_S}of)?|few)|several|an?|{'|'.join(_NUMBERS)}|\d{{1,3}})\b"
_LEAD = (
    r"(?:in|since|during|until|till|by|from|of|last|past|this|next|early|late|mid|between|after|before|through"
    r"|throughout)"
)
_TO = frozenset({"-", "‐", "‑", "–", "—", "to", "into", "until", "till", "through"})
_COUNTED = (
    r"(?:rounds|shells|people|persons|men|women|children|civilians|soldiers|troops|fighters|missiles|drones|rockets|"
    r"cases|attacks|strikes|incidents|sorties|homes|houses|buildings|villages|vehicles|tanks|dollars|km|metres)\b"
)

_PEOPLE = (  # "in August 73 people died"
    r"(?:people|persons|men|women|children|civilians|soldiers|troops|fighters|militants|policemen|officers|villagers)\b"
)

_BACK = rf"(?:,?{_S}(?:of{_S})?(?P<back>last|this){_S}year\b)"  # "on 25 May last year", "in January of this year"

_RULES = {
    "iso": r"(?P<year>\d{4})(?P<sep>[-/])(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?!\d)",
    "numeric": r"(?P<first>\d{1,2})(?P<sep>[./])(?P<second>\d{1,2})(?P=sep)(?P<year>\d{4}|\d\d)(?![\w/]|\.\d)",
    "day_month": rf"(?:(?P<weekday>{_WEEKDAY}),?{_S}(?:the{_S})?)?"
    rf"(?P<day>{_D})(?:(?:{_DASH}|{_S}(?:to|and|or|through){_S})(?P<day2>{_D}))?(?:{_S}of)?{_S}(?P<month>{_MONTH})"
    rf"(?:(?:,|,?{_S})(?P<year>{_YEAR})|{_S}(?P<year2>\d\d)(?={_S}?(?:-|[–—(\[]|$))|{_BACK})?",
    "month_day": rf"(?:(?P<weekday>{_WEEKDAY}),?{_S}(?:\()?)?(?P<month>{_MONTH}){_S}(?:the{_S})?(?P<day>{_D})"
    rf"(?:(?:{_DASH}|{_S}(?:to|through){_S})(?P<day2>{_D}))?(?:(?:,|,?{_S})(?P<year>{_YEAR})|{_BACK})?",
    "month_year": rf"(?P<month>{_MONTH})(?:,|,?{_S}(?:of{_S})?)(?P<year>{_YEAR})",
    "month": rf"(?P<lead>{_LEAD})(?:{_S}|-)(?:(?P<lead2>last|past|early|late|mid)(?:{_S}|-))?"
    rf"(?P<month>{_MONTH_FULL})(?!,?{_S}(?:of{_S}|the{_S})?\d(?!\d{{0,2}}{_S}{_PEOPLE})){_BACK}?",
    "year": rf"(?:(?P<between>between)|{_LEAD})(?:{_S}|-)(?:(?:early|late|mid)(?:{_S}|-))?(?P<year>{_YEAR})"
    rf"(?:{_DASH}(?P<year2>20\d\d|19\d\d|\d\d)"
    rf"|{_S}(?(between)and|(?:to|through)){_S}(?P<year3>{_YEAR}))?(?![\w-]|{_S}{_COUNTED})",
    "war_day": rf"(?:day{_S}(?P<number>\d{{2,4}})|(?P<ordinal>\d{{2,4}})(?:st|nd|rd|th){_S}day{_S}of)(?![\w.,]\d)\b",
    "weekday": rf"(?:(?P<lead>early|late|last|next|this|mid)(?:{_S}|-)(?:on{_S})?)?(?P<weekday>{_WEEKDAY_FULL})"
    rf"(?:{_S}(?:early{_S}|late{_S})?(?P<part>night|evening|morning|afternoon)\b)?",
    "word": r"(?P<word>today|tonight|yesterday|tomorrow|overnight)\b"
    rf"(?:{_S}(?P<part>night|evening|morning|afternoon)\b)?",
    "this": rf"(?P<which>this|last|next){_S}(?P<unit>night|evening|morning|afternoon|weekend|week|month|year)\b",
    "weekend": rf"(?:(?:past|previous)|(?:over|during){_S}the(?:{_S}past)?){_S}weekend\b",
    "ago": rf"(?:(?P<n>{_N}){_S})?(?P<unit>hour|day|week|month|year|decade)s?{_S}(?P<way>ago|earlier|later)\b",
    "past": rf"(?P<which>past|last|previous|preceding|recent){_S}(?:(?P<n>{_N}){_S})?"
    r"(?P<unit>hour|day|week|month|year)s?\b",
    "after": rf"(?P<n>{_N}){_S}(?P<unit>day|week|month|year)s?{_S}(?P<way>after|before)\b",
    "same": rf"(?P<way>previous|following|next|same|that){_S}(?P<unit>day|night|morning)\b",
    "holiday": rf"(?P<feast>new{_S}year[’']?s{_S}(?:eve|day)|christmas{_S}(?:eve|day)|"
    rf"(?:palm|easter){_S}sunday|easter{_S}monday|good{_S}friday)\b(?!{_S}(?:agreement|accord|deal)\b)"
    rf"(?:,?{_S}(?:in{_S}|of{_S})?(?P<year>{_YEAR}))?",
}
_FIGURES, _EITHER = frozenset({"iso", "numeric"}), frozenset({"day_month", "war_day", "ago", "after"})  # begin with
# A phrase can only begin with one of these words or a figure, and go on so: the rules are tried there and nowhere else.
_OPENERS = frozenset(
    "in since during until till by from of last past this next early late mid between after before through throughout "
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday "
    "mon tue tues wed thur thurs thu fri sat sun today tonight yesterday tomorrow overnight previous preceding recent "
    "new christmas palm easter good following same that over day days hours weeks months years decades "
    "a an couple few several one two three four five six seven eight nine ten eleven twelve".split()
)
_OPENING = (
    r"(?<![$€£-])(?:(?<!\d[.,/:])(?=\d{1,4}(?:st|nd|rd|th)?[\s./‐-―-])"
    rf"|(?:in|since|until|till|by|from|of|between|after|before|through|throughout)(?:{_S}|-)"
    rf"(?:\d|last\b|past\b|early\b|late\b|mid\b|{_MONTH_FULL})"
    rf"|{_N}{_S}(?:hour|day|week|month|year|decade)"
    rf"|(?:last|past|this|next|early|late|mid|during|{_MONTH}|{_WEEKDAY}|today|tonight|yesterday|tomorrow|overnight|"
    r"previous|preceding|recent|following|same|that|over|days?|hours|weeks|months|years|decades)\b"
    rf"|new{_S}year|(?:christmas|palm|easter|good){_S})"
)
_WORDS = re.compile(r"\w+")
_SINCE_BEGUN = re.compile(
    r"\bsince\b[^,.;:]{1,40}\b(?:began|begun|started|launched|resumed|broke out|invaded)\b[^,.;:]{0,90}$", re.IGNORECASE
)
_SINCE_FAR = 150  # characters
_TELLING = 80  # characters between a night and the day on which it is told
_TOLD_ON = re.compile(r"^[^.;]*\b(?:said|says|told|reported|announced|confirmed)(?: (?:early|late))?(?: on)?\s$")
# A text without any of these in small letters names no date: so do most sentences.
_HINT = re.compile(
    rf"\d(?:[./-]\d|\d{{3}})|{'|'.join(_MONTHS)}|{'|'.join(_UNIT_DAYS)}"
    r"|morning|noon|evening|night|tomorrow|christmas|easter"
)
_FIXED_FEASTS = {
    "new years eve": (12, 31), "new years day": (1, 1), "christmas eve": (12, 24), "christmas day": (12, 25),
}  # fmt: skip
_FROM_EASTER = {"palm sunday": -7, "good friday": -2, "easter sunday": 0, "easter monday": 1}
_FEAST_NEAR = 14 * _DAY
_NOT_A_DAY = r"(?:bloody|good|black|palm|easter|ash|holy|cyber|super|maundy|fat)\s$"
_NOT_A_NAME = r"\s(?:times|telegraph|mirror|mail|post|express)\b"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A phrase that names a day or a stretch of days: ``text[start:end]``, what it means, and the rule that read it."""

    start: int
    end: int
    when: When
    rule: str


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


@cache
def _rules() -> tuple[list[tuple[str, Callable[[str, int], re.Match[str] | None]]], ...]:
    """Return the rules that may begin with a letter, and those that may begin with a figure."""
    matches = [(rule, _pattern(source).match) for rule, source in _RULES.items()]
    return [m for m in matches if m[0] not in _FIGURES], [m for m in matches if m[0] in _FIGURES | _EITHER]


def find_dates(text: str, published: date | None) -> list[DateMention]:
    """Find the dates that a text names, in order, without overlaps.

    Words that count from the day of publication ("Thursday", "overnight", "last week", "28 March" without a year) are
    resolved against ``published``; where it is None they are still found, with the precision ``unknown``, save that a
    year may come from a full date before them. Their basis is ``text`` all the same: ``publication`` is for callers who
    find no date. A weekday is the last such day up to and including publication; "overnight" is the night that ends on
    the day of publication and carries that day, "last night" and "Wednesday night" carry the day on which the night
    begins. "Since X" runs from X to publication. Linear in the length of the text.
    """
    lowered = text.lower()
    if not _HINT.search(lowered):
        return []
    mentions: list[DateMention] = []
    end = 0
    anchor: DateMention | None = None
    opening = _pattern(_OPENING).match
    words = _WORDS.finditer(lowered if len(lowered) == len(text) else text)
    for start in [m.start() for m in words if m[0] in _OPENERS or m[0][0].isdigit()]:
        if start < end or opening(text, start) is None:
            continue
        mention = _read(text, start, published, anchor)
        if mention is None:
            continue
        end = mention.end
        mentions.append(mention)
        if mention.when.precision in (Precision.DAY, Precision.NIGHT):
            anchor = mention
    return _joined(text, mentions, published)


def _read(text: str, at: int, published: date | None, anchor: DateMention | None) -> DateMention | None:
    for rule, match in _rules()[text[at].isdigit()]:
        found = match(text, at)
        if found is None:
            continue
        try:
            when = _READERS[rule](found, published, anchor)
        except (ValueError, OverflowError):  # no such day, or out of the calendar ("900 decades ago")
            continue
        if when is not None:
            return DateMention(at, found.end(), when, rule)
    return None


def _iso(found: re.Match[str], _published: date | None, _anchor: DateMention | None) -> When:
    return _day(date(int(found["year"]), int(found["month"]), int(found["day"])))


def _numeric(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When | None:
    """Take the day first, unless no such day exists or an American slash date would lie after publication."""
    year, first, second = _full_year(found["year"]), int(found["first"]), int(found["second"])
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    late = day_first and published and day_first > published and found["sep"] == "/"
    day = (month_first or day_first) if late else (day_first or month_first)
    return _day(day) if day else None


def _calendar_day(found: re.Match[str], published: date | None, anchor: DateMention | None) -> When | None:
    part = found.groupdict()
    word, reference = part["month"], published or _day_of(anchor)
    verb = word.isupper() and _pattern(r"\s(?:have|be|not|also|well)\b").match(found.string, found.end())
    if verb or not _is_month(word):
        return None
    month = _month_number(word)
    last, *first = (int(re.sub(r"\D", "", value)) for value in (part["day2"], part["day"]) if value)
    year = part["year"] or part.get("year2")
    if year:
        end = date(_full_year(year), month, last)
    elif reference and part["back"]:
        end = date(_year_said(part["back"], reference), month, last)
    elif reference:
        end = _nearest(month, last, reference, part["weekday"])
    else:
        return When()
    start = end.replace(day=first[0]) if first else end
    return When(start=start, end=end, precision=Precision.RANGE) if start < end else _day(end)


def _year_said(back: str, published: date) -> int:
    return published.year - (back.lower() == "last")


def _nearest(month: int, day: int, reference: date, weekday: str | None) -> date:
    """Choose the year: the nearest day, a future one only when it is four times as near as the last."""
    days = [d for year in range(reference.year - 8, reference.year + 2) if (d := _date(year, month, day))]
    named = [d for d in days if weekday and d.weekday() == _weekday_number(weekday)]
    return min(named or days, key=lambda d: abs((reference - d).days) * (4 if d > reference else 1))


def _month_and_year(found: re.Match[str], _published: date | None, _anchor: DateMention | None) -> When | None:
    return _month(int(found["year"]), _month_number(found["month"])) if _is_month(found["month"]) else None


def _month_alone(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When | None:
    """Take the last such month up to that of publication; "last May" in May is a year ago."""
    if not _is_month(found["month"]):
        return None
    if published is None:
        return When()
    if found["back"]:
        return _month(_year_said(found["back"], published), _month_number(found["month"]))
    leads, month = (found["lead"].lower(), (found["lead2"] or "").lower()), _month_number(found["month"])
    if "next" in leads:
        return _month(published.year + (month <= published.month), month)
    return _month(published.year - (month > published.month or (month == published.month and "last" in leads)), month)


def _year(found: re.Match[str], _published: date | None, _anchor: DateMention | None) -> When | None:
    if found.string[max(0, found.start() - 6) : found.start()].lower().endswith("born "):
        return None  # "a boy born in 2010"
    first, last = found["year"], found["year2"] or found["year3"] or found["year"]
    return _years(int(first), int(first[: 4 - len(last)] + last))


def _war_day(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When | None:
    """Count the days of Russia's full-scale war; 24 February 2022 is day 1."""
    text = found.string
    if found["number"] and _pattern(rf"\b(?:an?|per|each|every|one|some|that|this|the|same){_S}$").search(
        text[max(0, found.start() - 8) : found.start()]
    ):
        return None
    if not _pattern("ukrain|russia").search(text, max(0, found.start() - 500), found.end() + 500):
        return None
    day = _WAR_BEGAN + (int(found["number"] or found["ordinal"]) - 1) * _DAY
    return None if published and day > published + _DAY else _day(day)


def _weekday(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When | None:
    text = found.string
    if _pattern(_NOT_A_DAY).search(text[max(0, found.start() - 10) : found.start()]):
        return None
    if _pattern(_NOT_A_NAME).match(text, found.end()):
        return None
    if published is None:
        return When()
    back, lead = (published.weekday() - _weekday_number(found["weekday"])) % 7, (found["lead"] or "").lower()
    if lead == "next":
        back -= 7
    elif lead == "last" and not back:
        back = 7
    return _day(published - back * _DAY, night=_at_night_by(found))


def _word(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When:
    if published is None:
        return When()
    word = found["word"].lower()
    shift = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
    return _day(published + shift * _DAY, night=word in ("tonight", "overnight") or _at_night_by(found))


def _this(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When | None:
    """Read "this", "last" or "next" with a unit of the calendar; "the last week" is a stretch of seven days instead."""
    which, unit = found["which"].lower(), found["unit"].lower()
    told = which == "last" or (which == "next" and unit in ("night", "morning"))  # "the next morning": of a day told of
    if told and _pattern(rf"\bthe{_S}$").search(found.string[max(0, found.start() - 8) : found.start()]):
        return None
    if published is None:
        return When()
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "weekend":
        return _weekend_of(published, step)
    if unit in ("week", "month", "year"):
        return _stretch(published, step, unit)
    return _day(published + step * _DAY, night=unit == "night")


def _weekend(_found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When:
    return _weekend_of(published, 0) if published else When()


def _ago(found: re.Match[str], published: date | None, anchor: DateMention | None) -> When | None:
    """Count back ("ago", "earlier") or forth ("later"): to a day, or to the week, month or year that one lands in.

    "Earlier" and "later" count from the last day that the text named before.
    """
    unit, way = found["unit"].lower(), found["way"].lower()
    reference, step = published if way == "ago" else _day_of(anchor), 1 if way == "later" else -1
    if reference is None:
        return When()
    least, most = _number(found["n"])
    if found["n"] is None and unit in ("year", "decade"):
        return When(end=reference - _UNIT_DAYS[unit] * _DAY, precision=Precision.RANGE) if step < 0 else None
    if unit == "hour" and way == "ago" and found["n"] is None:
        return _day(reference)  # "hours ago"
    if least == most and unit in ("day", "week", "month", "year"):
        return _stretch(reference, step * least, unit)
    if unit == "hour":
        least, most = 0, -(-most // 24)
    ends = sorted(reference + step * number * _UNIT_DAYS[unit] * _DAY for number in (least, most))
    return When(start=ends[0], end=ends[1], precision=Precision.RANGE)


def _past(found: re.Match[str], published: date | None, _anchor: DateMention | None) -> When | None:
    """Read a stretch that ends on the day of publication: "over the past 24 hours", "the last two weeks"."""
    unit, plural = found["unit"].lower(), found.group()[-1] in "sS"
    which = found["which"].lower()
    if not found["n"] and not plural and (which == "recent" or (unit in ("day", "hour") and which != "past")):
        return None
    if published is None:
        return When()
    most = _number(found["n"] if found["n"] or plural else "one")[1]
    days = -(-most // 24) if unit == "hour" else most * _UNIT_DAYS[unit]
    return When(start=published - days * _DAY, end=published, precision=Precision.RANGE)


def _after(found: re.Match[str], _published: date | None, anchor: DateMention | None) -> When | None:
    """Date the event behind "on Friday, three days after": it lies that far back; behind "before" it lies ahead."""
    least, most = _number(found["n"])
    if anchor is None or anchor.when.end is None or least != most:
        return None
    if not _pattern(r"[^.!?;\n]{0,60}").fullmatch(found.string, anchor.end, found.start()):
        return None
    return _stretch(anchor.when.end, (-1 if found["way"].lower() == "after" else 1) * least, found["unit"].lower())


def _same(found: re.Match[str], _published: date | None, anchor: DateMention | None) -> When:
    day = _day_of(anchor)
    if day is None:
        return When()
    shift = {"previous": -1, "same": 0, "that": 0}.get(found["way"].lower(), 1)
    return _day(day + shift * _DAY, night=found["unit"].lower() == "night")


def _holiday(found: re.Match[str], published: date | None, anchor: DateMention | None) -> When:
    """Read a feast. Easter has two dates: the one that the publication is close to, else both as a stretch."""
    feast, reference = " ".join(re.sub("[’']", "", found["feast"]).lower().split()), published or _day_of(anchor)
    fixed = _FIXED_FEASTS.get(feast)
    if found["year"]:
        days = [date(int(found["year"]), *fixed)] if fixed else _movable(feast, int(found["year"]))
        return When(start=days[0], end=days[-1], precision=Precision.DAY if days[0] == days[-1] else Precision.RANGE)
    if reference is None:
        return When()
    if fixed:
        return _day(_nearest(*fixed, reference, None))
    near = min(_movable(feast, reference.year), key=lambda day: abs(day - reference))
    return _day(near) if abs(near - reference) <= _FEAST_NEAR else When()


def _movable(feast: str, year: int) -> list[date]:
    """Return a feast that goes by Easter, in the Western and the Orthodox calendar, in order."""
    return sorted(easter(year, method) + _FROM_EASTER[feast] * _DAY for method in (EASTER_WESTERN, EASTER_ORTHODOX))


_READERS: dict[str, Callable[[re.Match[str], date | None, DateMention | None], When | None]] = {
    "iso": _iso,
    "numeric": _numeric,
    "day_month": _calendar_day,
    "month_day": _calendar_day,
    "month_year": _month_and_year,
    "month": _month_alone,
    "year": _year,
    "war_day": _war_day,
    "weekday": _weekday,
    "word": _word,
    "this": _this,
    "weekend": _weekend,
    "ago": _ago,
    "past": _past,
    "after": _after,
    "same": _same,
    "holiday": _holiday,
}


def _joined(text: str, mentions: list[DateMention], published: date | None) -> list[DateMention]:
    """Join "from A to B", "A night into B", "overnight on A" and "night of A"; stretch "since A" to publication."""
    joined: list[DateMention] = []
    for mention in mentions:
        start = mention.when.start
        if start is None:
            joined.append(mention)
        elif joined and (pair := _pair(text, joined[-1], mention)):
            joined[-1] = pair
        elif joined and _is_told_on(text, joined[-1], mention):
            joined[-1] = replace(joined[-1], when=_at_night(mention.when))
            joined.append(mention)
        elif _is_since(text, mention):
            end = published if published and published >= start else None
            stretch = When(start=start, end=end, precision=Precision.RANGE)
            joined.append(replace(mention, when=stretch, rule="since"))
        elif _before(text, mention.start, rf"night{_S}of"):
            joined.append(replace(mention, when=_at_night(mention.when)))
        else:
            joined.append(mention)
    return joined


def is_since_begun(text: str, start: int) -> bool:
    """Tell a day, at ``start``, on which a campaign began: "the first since the rebels began to shell it last year"."""
    return _SINCE_BEGUN.search(text[max(0, start - _SINCE_FAR) : start]) is not None


def _is_since(text: str, mention: DateMention) -> bool:
    """Tell whether a stretch begins with a date; "since May, when X fell" dates X, which is told of by itself."""
    led = _before(text, mention.start, "since") or text[mention.start : mention.start + 5].lower() == "since"
    return led and _pattern(rf",?{_S}when\b").match(text, mention.end) is None


def _is_told_on(text: str, first: DateMention, second: DateMention) -> bool:
    """Tell a night before the day on which it is told: "in an overnight raid, police said Tuesday"."""
    if text[first.start : first.end].lower() != "overnight" or second.when.precision is not Precision.DAY:
        return False
    return second.start - first.end <= _TELLING and bool(_TOLD_ON.search(text[first.end : second.start].lower()))


def _pair(text: str, first: DateMention, second: DateMention) -> DateMention | None:
    """Read two mentions as one stretch, where the words between them say so."""
    gap = text[first.end : second.start].strip().lower()
    start, end = first.when.start, second.when.end
    if second.start - first.end > 12 or start is None or end is None or first.rule == "range":
        return None
    words = text[first.start : first.end].lower()
    if words == "overnight" and gap in ("", ",", "(", "on", "into", "to", "of", "from"):
        return DateMention(first.start, second.end, _at_night(second.when), "night")
    between = words.startswith("between") or _before(text, first.start, "between")
    if gap not in _TO and not (gap == "and" and between):
        return None
    if start > end and not re.search(r"\d{4}", words):  # the first has its year from the second
        start = _date(end.year - ((start.month, start.day) > (end.month, end.day)), start.month, start.day) or start
    if start > end:
        return None
    when = When(start=start, end=end, precision=Precision.RANGE)
    night = Precision.NIGHT in (first.when.precision, second.when.precision)
    return DateMention(first.start, second.end, _at_night(when) if night else when, "range")


def _before(text: str, at: int, words: str) -> bool:
    return bool(_pattern(rf"\b{words}{_S}(?:the{_S}|early{_S}|late{_S})?$").search(text[max(0, at - 24) : at]))


def _day_of(anchor: DateMention | None) -> date | None:
    return anchor.when.end if anchor else None


def _at_night_by(found: re.Match[str]) -> bool:
    return (found["part"] or "").lower() == "night"


def _at_night(when: When) -> When:
    return when.model_copy(update={"precision": Precision.NIGHT})


def _is_month(word: str) -> bool:
    """Tell the months from "may" and "march", the verbs."""
    return not (word.islower() and word.startswith(("may", "mar")))


def _month_number(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _weekday_number(word: str) -> int:
    return _WEEKDAYS.index(word[:3].lower())


def _number(word: str | None) -> tuple[int, int]:
    """Return the least and the greatest number that a word means."""
    words = (word or "").lower().split()
    if not words:
        return _VAGUE[""]
    vague = next((bounds for name, bounds in _VAGUE.items() if name in words), None)
    if vague:
        return vague
    last = words[-1]
    number = int(last) if last.isdigit() else _NUMBERS.index(last) + 1 if last in _NUMBERS else 1
    return number, number


def _full_year(digits: str) -> int:
    """Read two digits as 1951 to 2050."""
    year = int(digits)
    return year if year > 99 else year + (2000 if year <= 50 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(day: date, *, night: bool = False) -> When:
    return When(start=day, end=day, precision=Precision.NIGHT if night else Precision.DAY)


def _stretch(reference: date, step: int, unit: str) -> When | None:
    """Return the day, or the calendar's week, month or year, that lies ``step`` of them from that of ``reference``."""
    if unit == "day":
        return _day(reference + step * _DAY)
    if unit == "week":
        monday = reference + (7 * step - reference.weekday()) * _DAY
        return When(start=monday, end=monday + 6 * _DAY, precision=Precision.WEEK)
    if unit == "month":
        months = reference.year * 12 + reference.month - 1 + step
        return _month(months // 12, months % 12 + 1)
    return _years(reference.year + step, reference.year + step)


def _weekend_of(reference: date, step: int) -> When:
    """Return the weekend, counted from the one that began last; in mid-week "last weekend" is that one, too."""
    back = (reference.weekday() - 5) % 7
    if back > 1:
        step = max(step, 0)
    saturday = reference + (7 * step - back) * _DAY
    return When(start=saturday, end=saturday + _DAY, precision=Precision.RANGE)


def _month(year: int, month: int) -> When:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return When(start=date(year, month, 1), end=first_of_next - _DAY, precision=Precision.MONTH)


def _years(first: int, last: int) -> When | None:
    if last < first:
        return None
    return When(
        start=date(first, 1, 1), end=date(last, 12, 31), precision=Precision.YEAR if first == last else Precision.RANGE
    )
