"""Places that a text names though nothing happened there: datelines, backers, launch sites, hospitals, borders."""

from __future__ import annotations

import re

from contracts.places import Place, PlacePrecision

_LOOK, _BEHIND = 90, 40  # characters in front of and behind a name that are looked at
# Behind the town of a dateline: "KYIV, May 10 (Reuters) - ...", "KABUL, Afghanistan (AP) —", "ADEN/ DUBAI: ...".
_DATELINE = re.compile(
    r"(?:/\s?[A-Z][A-Z’' ]{1,20}){0,3}(?:,(?: (?:[A-Z][\w.'’-]{1,15}|of|the)){1,5}(?=\s[-–—(]))?"
    r"(?:[^a-z]{0,20}[A-Z][a-z]{2,8}\.? \d{1,2}\b)?[^a-z]{0,12}(?:\([^()]{1,30}\)\s*)?(?:\s?[-–—]|\s>>|(?<=\d):)"
    r"|(?:/\s?[A-Z][A-Z’' ]{1,20}){0,3}(?:\s?\([A-Za-z/ ]{2,20}\))?\s?:\s"
)
# The same with a full date, or a day: "KYIV, 14 May 2025 -", "KHARKIV, Ukraine, Tuesday:", "DAMASCUS (14.05.2025) -".
_DATED_LINE = re.compile(
    r"(?:,(?: [A-Z][\w.'’-]{1,15}){1,3})?,?\s\(?(?:[A-Z][a-z]{2,8}day,?\s)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s[A-Z][a-z]{2,8}\.?|"
    r"[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:st|nd|rd|th)?|[A-Z][a-z]{2,5}day|\d{1,2}[./]\d{1,2}[./]\d{2})\b(?:,?\s?\d{2,4})?\)?,?"
    r"(?:\s?[(\[/][^()\[\]]{1,30}[)\]/])?(?:\s?[-–—:]|\.\s|\s(?:>>|[|»]))"
)
_WORD = re.compile(r"[a-z]{2}")
_OPENING = 60  # characters of a line that the town of a dateline stands in
_WRITE_THERE = ("US",)
_TOP, _HEADER = 400, 100  # characters of a text that it begins in, and of a line above it
# "Moscow-backed officials", "the Kyiv-appointed head": whoever backs them is elsewhere.
_BACKS = re.compile(
    r"[-‐–](?:backed|installed|appointed|imposed|supported|aligned|allied|brokered|trained|run|led|based|born|made|supplied|"
    r"controlled)\b"
)
_BANK = re.compile(
    r"(?:['’]s)?\s(?:(?:left|right|east|west|north|south|eastern|western|northern|southern|opposite|far)\s)?(?:bank|banks|delta)\b"
    r"|\s(?:[Rr]iver|[Rr]eservoir)\b"
)
_BANK_OF = re.compile(r"\b(?:bank|banks|side|shore|mouth)\sof\s(?:the\s)?(?:River\s)?$|\bRiver\s$")
_RIVERS = frozenset("dnipro dnieper dniepr don volga donets oskil samara inhulets desna irpin danube".split())
_THE = re.compile(r"\bthe\s$")
# From where something was fired: "launched from the Voronezh region", "took off from Engels".
_LAUNCH = re.compile(
    r"\b(?:launch(?:ed|es|ing)?|fired|firing|flown|flew|took\soff|taking\soff|sent|dropped|directions?|shell(?:ed|ing))\b[^.;:]{0,60}"
    r"\bfrom\s(?:(?:the|a|an|occupied|annexed|Russia['’]s|Russian|Russian-occupied|nearby|neighbou?ring|southern|northern|"
    r"eastern|western|city|town|area|region|port|airfield|airbase|base|direction|waters|of|[A-Z]\w+(?:,|\sand))\s){0,5}$"
)
_AREAS = re.compile(r"\b(?:launch|take-?off)\s(?:areas?|sites?|points?)\b[^.;)]{0,60}$", re.IGNORECASE)

# Who acts or speaks for a country, wherever that is: "US officials", "the U.K. military's trade office".
_ARMS = re.compile(
    r"(?:['’]s)?\s"
    r"(?:(?:[Dd]efen[cs]e|military|government|naval|intelligence|senior|special|[Aa]rmed|air|state|coast)\s)?"
    r"(?:officials?|military|[Aa]rmy|[Nn]avy|Air Force|[Ff]orces?|troops|soldiers|marines|guards?|"
    r"(?:[A-Z][a-z]+ )?Command|"
    r"government|embassy|(?:State )?Department|[Pp]resident|Secretary|warships?|destroyers?|frigates?|jets|warplanes|"
    r"aircraft|coalition|sources?)\b"
)
_CLOCK = re.compile(r"\s(?:(?:local|standard|summer)\s)?time\b")  # "11:30 a.m. (Sanaa time)"
_WORLDS = frozenset(
    {"africa", "asia", "europe", "middle east", "far east", "latin america", "south america", "north america"}
)

_POINTS = (PlacePrecision.SITE, PlacePrecision.SETTLEMENT, PlacePrecision.DISTRICT)
_BEFORE, _AFTER = 90, 60  # characters around a name that are looked at
_NEAR_KM = 25  # what lies no farther from a town may be told as being there
_BORDER_OF = re.compile(
    r"(?:['’]s)?[\s-](?:[a-z]+\s)?(?:border|frontier)\b(?!\s(?:area|district|oblast|province|region|town|village|cit)\w*)"
)
_BORDERS = re.compile(
    r"\b(?:near|bordering|borders|close to|(?:border|frontier)s? (?:with|of|between|to))\s(?:the\s)?$", re.IGNORECASE
)
_FAR = re.compile(
    r"\b(?P<far>\d[\d,.]*)[\s-]?(?P<unit>km|kms|kilomet\w+|miles?)\b(?:\s\([^()]{1,20}\))?\s(?:[a-z-]+\s){0,3}?(?:of|from)\s"
    r"(?:(?:the|its|of|state|regional|provincial|district|federal|capital|city|town|port|main|nearest|[A-Z]\w+(?:n|i|ese|['’]s)),?\s){0,6}$"
)

# Where the hurt were taken to or the others went, not where it happened; in small letters.
_BOUND_FOR = re.compile(
    r"\b(?:taken|brought|rushed|flown|airlifted|evacuated|transferred|moved|shifted|referred|admitted|fled|flee|flees|escaped|"
    r"travel\w*|returned|buried|funeral|treated|ward|hospitals?)\b[^,;.]{0,40}\b(?:to|in|into|towards?|at) (?:the )?$"
)
_AIMED_AT = re.compile(
    r"\b(?:on|hit|hits|hitting|struck|bombed|shelled|targeted|targeting|stormed|raided|attacked|destroyed|outside|near)\s"
    r"(?:an?\s|the\s)?(?:[\w'’-]+\s){0,3}$"
)
_STRUCK = re.compile(
    r"[^.;]{0,20}\b(?:was|were|came|been|being)\s(?:\w+\s)?(?:hit|struck|bombed|shelled|targeted|attacked|raided|stormed|under)\b"
)


# From where somebody speaks, and where others meet: "told AFP by phone from the city of Dori", "peace talks in Riyadh".
_TELLS_FROM = re.compile(
    r"\b(?:(?:speaking|spoke|told|talking|said|reporting|writing)\b[^,;.]{0,40}|"
    r"by (?:tele|cell ?|mobile |satellite )?phone |(?:video|audio) (?:call|link) )"
    r"\bfrom\s(?:(?:the|a|nearby|northern|southern|eastern|western|city|town|village|capital|of)\s){0,5}$"
)
_MEETINGS = ("summit", "talks", "negotiations", "conference")
_TALKS = re.compile(
    r"\b(?:summits?|talks|negotiations|conferences?)\b"
    r"(?:\s(?:to be|was|were|being|due to be|scheduled|planned|held|hosted|this week|next week)){0,4}"
    r"\s(?:in|at)\s(?:the\s)?(?:(?:city|capital|resort|of)\s){0,3}$"
)


def is_dateline(text: str, start: int, end: int, country: str | None = None) -> bool:
    """Tell whether a name only says where an article was written: "KYIV, May 10 (Reuters) - Shells hit ...".

    ``country`` is the code of that of the place. Bylines may stand above it and days in it, save in the US, whose
    local papers write from where it happened.
    """
    if start > _TOP:
        return False
    line = text.rfind("\n", 0, start) + 1
    if end - line >= _OPENING or _WORD.search(text, line, start):
        return False
    behind = text[end : end + _LOOK]
    if country in _WRITE_THERE:
        return not line and _DATELINE.match(behind) is not None
    if not (_DATELINE.match(behind) or _DATED_LINE.match(behind)):
        return False
    above = text[:line].split("\n")  # bylines, times, headings
    return not any(len(row) > _HEADER or row.rstrip().endswith((".", "!", "?", ".”", '."')) for row in above)


def is_no_scene(text: str, start: int, end: int, *, country: bool = False) -> bool:
    """Tell whether the name at ``text[start:end]``, of a country or not, says that nothing happened at its place.

    "Moscow-backed officials", "the Dnipro's west bank", "missiles launched from Crimea", "US officials", "Sanaa time".
    """
    before, behind = text[max(0, start - _LOOK) : start], text[end : end + _BEHIND]
    if (country and _ARMS.match(behind)) or _CLOCK.match(behind) or text[start:end].lower() in _WORLDS:
        return True
    if _BACKS.match(behind) or _BANK.match(behind) or _BANK_OF.search(before):
        return True
    if (
        text[start:end].lower() in _RIVERS
        and _THE.search(before)
        and not re.match(r"\s[a-z]*\s?[A-Z]|\s[a-z]{4,}", behind)
    ):
        return True
    if "from" in before and (_LAUNCH.search(before) or _TELLS_FROM.search(before)):
        return True
    lowered = before.lower()
    if ("launch" in lowered or "take" in lowered) and _AREAS.search(before):
        return True
    return any(map(before.count, _MEETINGS)) and _TALKS.search(before) is not None


def is_beside(field: str, text: str, start: int, end: int, place: Place) -> bool:
    """Tell a dateline, where the hurt were taken, a country beyond a border, and a town that something is far from."""
    before, behind = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    if _is_bound_for(before, behind):
        return True
    if place.precision is PlacePrecision.COUNTRY:
        return bool(_BORDERS.search(before) or _BORDER_OF.match(behind))
    if place.precision not in _POINTS:
        return False
    return (field == "text" and is_dateline(text, start, end, place.country)) or _is_far(before)


def _is_bound_for(before: str, behind: str) -> bool:
    """Tell where the hurt were taken or others went; a hospital that was hit is no such place."""
    found = _BOUND_FOR.search(before.lower())
    if found is None:
        return False
    if found[0][:4] not in ("hosp", "ward"):
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
