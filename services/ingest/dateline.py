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
    r"\b(?:published|posted|issued|updated|modified|dated?|first published)\b[^.!?]{0,24}$", re.IGNORECASE
)
_SAYS_WHEN = re.compile(r"\b(?:on|in|since|from|until|till|before|after|between|by|of|the)\s*$", re.IGNORECASE)
_PLACE = re.compile(r"^\W{0,3}(?:[\w'’.-]+[ ,(/]+){1,5}$")
_DASH = re.compile(r"^\s*[)\]]?\s*(?:\([^)]{1,40}\)\s*)?(?:--?|[–—:/])\s|^\s*\([^)]{1,40}\)\s*[-–—]|^\)\s")
_OTHER_WORDS = 6


def date_in_text(title: str, text: str) -> date | None:
    """Return the day on which the article says that it was published, or None.

    A full date with its year counts where a dateline has it ("KYIV, March 21, 2024 (Wire) -"), after "Published" or
    "Updated", or on a line near the top that holds little else. A date within a sentence is a date of the story.
    """
    top = readable(text[:_TOP_CHARS])
    lines = [line for line in [readable(title[:_LINE_CHARS]), *top.splitlines()] if line.strip()]
    for line in lines[:_TOP_LINES]:
        day = _stated_on(line[:_LINE_CHARS])
        if day:
            return day
    return None


def _stated_on(line: str) -> date | None:
    for mention in find_dates(line, None):
        when = mention.when
        if when.precision != Precision.DAY or when.start is None or not _YEAR.search(line[mention.start : mention.end]):
            continue
        before, after = line[: mention.start], line[mention.end :]
        alone = len(re.findall(r"\w+", before + after)) <= _OTHER_WORDS and not line.rstrip().endswith((".", "!", "?"))
        dateline = _PLACE.match(before) and _DASH.match(after)
        if _LABEL.search(before) or ((alone or dateline) and not _SAYS_WHEN.search(before)):
            return when.start
    return None
