"""The day of publication, where the text itself states it: in a dateline or on a line of its own near the top."""

from __future__ import annotations

import re
from datetime import date

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
