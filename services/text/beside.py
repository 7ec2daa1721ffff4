"""Places that a text names without being set there: where it was written, whither the hurt were taken, whose border."""

from __future__ import annotations

import re

from contracts.places import PlacePrecision
from services.text.scenes import is_dateline

_POINTS = (PlacePrecision.SITE, PlacePrecision.SETTLEMENT, PlacePrecision.DISTRICT)
_BEFORE, _BEHIND = 90, 60  # characters around a name that are looked at
_NEAR_KM = 25  # what lies no farther from a town may be told as being there
_BORDER_OF = re.compile(r"(?:['’]s)?[\s-](?:[a-z]+\s)?(?:border|frontier)\b")
_BORDERS = re.compile(
    r"\b(?:near|bordering|borders|close to|(?:border|frontier)s? (?:with|of|between|to))\s(?:the\s)?$", re.IGNORECASE
)
_FAR = re.compile(
    r"\b(?P<far>\d[\d,.]*)[\s-]?(?P<unit>km|kms|kilomet\w+|miles?)\b(?:\s\([^()]{1,20}\))?\s(?:[a-z-]+\s){0,3}?(?:of|from)\s"
    r"(?:(?:the|its|of|state|regional|provincial|district|federal|capital|city|town|port|main|nearest|[A-Z]\w+(?:n|i|ese|['’]s)),?\s){0,6}$"
)

# Where the hurt were taken to or the others went, not where it happened.
_BOUND_FOR = re.compile(
    r"\b(?:taken|brought|rushed|flown|airlifted|evacuated|transferred|moved|shifted|referred|admitted|fled|flee|flees|escaped|"
    r"travel\w*|returned|buried|funeral|treated|ward|hospitals?)\b[^,;.]{0,40}\b(?:to|in|into|towards?|at) (?:the )?$",
    re.IGNORECASE,
)
_AIMED_AT = re.compile(
    r"\b(?:on|hit|hits|hitting|struck|bombed|shelled|targeted|targeting|stormed|raided|attacked|destroyed|outside|near)\s"
    r"(?:an?\s|the\s)?(?:[\w'’-]+\s){0,3}$"
)
_STRUCK = re.compile(
    r"[^.;]{0,20}\b(?:was|were|came|been|being)\s(?:\w+\s)?(?:hit|struck|bombed|shelled|targeted|attacked|raided|stormed|under)\b"
)


def is_beside(field: str, text: str, start: int, end: int, precision: PlacePrecision) -> bool:
    """Tell a dateline, where the hurt were taken, a country beyond a border, and a town that something is far from."""
    before, behind = text[max(0, start - _BEFORE) : start], text[end : end + _BEHIND]
    if _is_bound_for(before, behind):
        return True
    if precision is PlacePrecision.COUNTRY:
        return bool(_BORDERS.search(before) or _BORDER_OF.match(behind))
    if precision not in _POINTS:
        return False
    return (field == "text" and is_dateline(text, start, end)) or _is_far(before)


def _is_bound_for(before: str, behind: str) -> bool:
    """Tell where the hurt were taken or others went; a hospital that was hit is no such place."""
    found = _BOUND_FOR.search(before)
    if found is None:
        return False
    if found[0][:4].lower() not in ("hosp", "ward"):
        return True
    return not (_AIMED_AT.search(before[: found.start()]) or _STRUCK.match(behind))


def _is_far(before: str) -> bool:
    """Tell a mark that distances are counted from: ``250 km north of the capital Baghdad``."""
    found = _FAR.search(before)
    if found is None:
        return False
    figure = found["far"].replace(",", "").rstrip(".")
    kilometres = float(figure) if figure.count(".") <= 1 else 0.0
    return kilometres * (1.6 if found["unit"].startswith("mile") else 1) >= _NEAR_KM
