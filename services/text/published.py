"""The day of publication: as given, else as the address or the text itself states it."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from contracts.article import RawArticle
from contracts.spans import Precision
from services.text.dates import find_dates
from services.text.reading import readable

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TOP_CHARS = 2000
_TOP_LINES = 12
_LINE_CHARS = 300
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d\d$)")
_LABEL = re.compile(
    r"(?:^|[|·•.])\W*(?:(?:first|last)\s)?(?:published|posted|issued|updated|modified|dated?)\b"
    r"\W*(?:on\b|at\b)?\W*(?:\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\.?)?)?\W*(?:[A-Z]{2,4}\b)?\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^\s*(?:by\s.{1,60}|.{0,40}[|·•])?[\s,–-]*$", re.IGNORECASE)
_TIME_OF_DAY = re.compile(
    r"^[\s,|·•–-]*(?:(?:at\s+)?\d{1,2}[:.]\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?)?)?[\s,(]*(?:[A-Z]{2,4})?\)?\s*(?:[|·•].{0,30})?$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^\W{0,3}(?:[\w'’.-]+[ ,(/]+){1,5}$")
_DASH = re.compile(r"^\s*[)\]]?\s*(?:\([^)]{1,40}\)\s*)?(?:--?|[–—:/])\s|^\s*\([^)]{1,40}\)\s*[-–—]|^\)\s")
_FULL = frozenset({"iso", "numeric", "day_month", "month_day"})
# /2024/03/21/, /2024/mar/21/, /2024-03-21/, /20240321/ and -20240321-
_DATED_PATHS = (
    re.compile(r"/((?:19|20)\d\d)/(\d\d?|[a-z]{3})/(\d\d?)(?=/|$)", re.IGNORECASE),
    re.compile(r"/((?:19|20)\d\d)-(\d\d)-(\d\d)(?=/|$)"),
    re.compile(r"[/_-]((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.-]|$)"),
)
_SAYS_WHEN = re.compile(r"\b(?:on|in|since|from|until|till|before|after|between|by|of|the)\s*$", re.IGNORECASE)


def date_in_text(title: str, text: str) -> date | None:
    """Return the day on which the article says that it was published, or None.

    A full date with its year counts where a dateline has it ("KYIV, March 21, 2024 (Wire) -"), after "Published" or
    "Updated", or on a line near the top that holds little else. A date within a sentence is a date of the story.
    """
    top = readable(text[:_TOP_CHARS]).splitlines()
    lines = [readable(title[:_LINE_CHARS]), *(line[:_LINE_CHARS] for line in top if line.strip())]
    return next((day for n, line in enumerate(lines[:_TOP_LINES]) if (day := _stated_on(line, headline=n == 0))), None)


def _stated_on(line: str, *, headline: bool) -> date | None:
    """Return the day that a line states as its own; a headline that holds little but a date is about that day."""
    for mention in find_dates(line, None):
        when = mention.when
        if when.precision != Precision.DAY or when.start is None or not _YEAR.search(line[mention.start : mention.end]):
            continue
        before, after = line[: mention.start], line[mention.end :]
        alone = not headline and _BYLINE.match(before) and _TIME_OF_DAY.match(after)
        dateline = _PLACE.match(before) and _DASH.match(after) and not _SAYS_WHEN.search(before)
        if alone or dateline or _LABEL.search(before):
            return when.start
    return None


def date_in_address(url: str) -> date | None:
    """Read the day of publication from an address with a dated path, as ``/2024/03/21/`` or ``-20240321-``."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for pattern in _DATED_PATHS:
        for year, month, day in pattern.findall(path):
            try:
                return date(int(year), MONTHS.index(month.lower()) + 1 if month.isalpha() else int(month), int(day))
            except ValueError:  # no such day, or no such month
                continue
    return None


_FIRST_YEAR, _LAST_YEAR = 1000, 9000  # others are errors, and leave no room to count days in


def reference_day(article: RawArticle) -> date | None:
    """Return the day to count from in an article: its publication, else what its address or its first lines state."""
    if article.published_at is None:
        stated = date_in_address(article.url or "") or date_in_text(article.title, article.text)
        return stated or dateline(article.text)
    day = article.published_at.date()
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def dateline(text: str) -> date | None:
    """Return the day that the first lines of a text give it, to count from where its publication is unknown.

    That is a full date (day, month, year) in a dateline ("KYIV, 21 March 2024 -"), on a line of its own, or behind
    "On" at the very start; the last is a day of the story, close to publication but no statement of it.
    """
    lines = [line for line in text[:600].split("\n") if line.strip()][:4]
    for line in lines:
        for mention in find_dates(line, None):
            if mention.rule not in _FULL or mention.when.precision is not Precision.DAY:
                continue
            before, after = line[: mention.start].strip(), line[mention.end :].lstrip()
            short = len(before) + len(after) <= 40
            in_dateline = len(before) <= 60 and after.startswith(("-", "–", "—", "(", "["))
            in_dateline |= before.isupper() and len(before) <= 40 and after.startswith((".", ":"))
            opening = line is lines[0] and before.lower() == "on"
            if short or in_dateline or opening:
                return mention.when.start
    return None
