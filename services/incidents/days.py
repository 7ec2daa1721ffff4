"""The days that stand in a sentence, and whether they are those of the attack."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta

from contracts.spans import Precision, When
from services.incidents.triggers import Trigger
from services.text.dates import find_dates

_FIRST = re.compile(r"\b(?:first|largest|biggest|worst|heaviest|deadliest)\b", re.IGNORECASE)
# A day that stands with one of these is that of a death, a statement or a court, not that of the attack itself.
PROCESS = re.compile(
    r"\b(?:arrest\w*|charg\w+|indict\w*|arraign\w*|appear\w*|court|signed|plead\w*|pled|sentenc\w+|convict\w+|guilty|trial|hearing|autopsy|"
    r"funeral|vigil|buried|remembered|memorial|died|dies|pronounced|said|says|told|announced|released|identified|confirmed|surrendered|"
    r"custody|booked|jail\w*|bond|warrants?|interview\w*|put|puts|rose|risen|rises|climbed|climbs|revised|raised|conference|statement|wrote|posted|reported|visit\w*|met|meeting|published|updated|named|names|gave|hung|mourn\w*|laid)\b",
    re.IGNORECASE,
)
_DAYS_AFTER = re.compile(
    r"\b(?:(?P<number>an?|one|two|three|four|five|six|seven|ten|\d{1,2})\s(?P<unit>days?|weeks?)|the\sday)\s(?=after\b)",
    re.IGNORECASE,
)
_SMALL = {w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)} | {"a": 1, "an": 1}
SINCE = re.compile(r"\b(?:since|until|before|till|through|due|by|scheduled for|born)\b", re.IGNORECASE)


def days_before(
    text: str, named: Sequence[tuple[int, int, When]], published: date | None, taken: Sequence[tuple[int, int]]
) -> list[tuple[int, When]]:
    """Find events told as so many days before another: "two days after X"; return where X begins, and its day."""
    days = [(end, when.start) for _, end, when in named if when.start and when.precision == Precision.DAY]
    found: list[tuple[int, When]] = []
    for match in _DAYS_AFTER.finditer(text):
        before = bisect_left(days, match.start() + 1, key=lambda day: day[0])
        anchor = days[before - 1][1] if before else published
        if anchor is None or inside(match.start(), taken):
            continue
        number = (match["number"] or "one").lower()
        gap = (_SMALL.get(number) or int(number)) * (7 if (match["unit"] or "").lower().startswith("week") else 1)
        if anchor.toordinal() > gap:
            day = anchor - timedelta(days=gap)
            found.append((match.end(), When(start=day, end=day, precision=Precision.DAY)))
    return found


def is_sure(text: str, attacked: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether a day is the attack's: no word of court, death or statement stands nearer to it."""
    around = [start - m.end() for m in PROCESS.finditer(text, max(0, start - 50), start)]
    behind = text[end : end + 25]
    comma = min((k for k in map(behind.find, ",;") if k >= 0), default=len(behind))  # "on Saturday, said the governor"
    around += [m.start() - end for m in PROCESS.finditer(text, end, end + comma)]
    if not around:
        return True
    attack = [start - last if last <= start else first - end for first, last in attacked]
    return min(attack, default=999) <= min(around)


def inside(offset: int, stretches: Sequence[tuple[int, int]]) -> bool:
    """Tell whether an offset lies in one of these stretches."""
    return any(first <= offset < last for first, last in stretches)


def first_since(text: str, words: Sequence[Trigger], end: int) -> bool:
    """Return whether an attack is called the first, or the largest, since the day that stands at ``end``."""
    first = _FIRST.search(text, max(0, end - 160), end)
    return first is not None and any(first.start() < t.start < end for t in words)


def dates(text: str, published: date | None) -> list[tuple[int, int, When]]:
    """Find the dates of a sentence, with offsets into it, that are not after publication."""
    latest = published + timedelta(days=1) if published else None
    return [
        (d.start, d.end, d.when)
        for d in find_dates(text, published)
        if not (latest and d.when.start and d.when.start > latest)
    ]


def days_apart(a: When, b: When) -> int:
    """Return the gap between two stretches of days, 0 where they touch or nothing is known."""
    if a.start is None or b.start is None:
        return 0
    first_a, first_b = _from(a), _from(b)
    last_a, last_b = a.end or a.start, b.end or b.start
    return max(0, (first_b - last_a).days, (first_a - last_b).days)


def _from(when: When) -> date:
    assert when.start is not None
    return when.start - timedelta(days=1) if when.precision == Precision.NIGHT else when.start
