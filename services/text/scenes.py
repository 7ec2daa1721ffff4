"""Names of places where nothing happened: rivers named like towns, backers of officials, launch sites."""

from __future__ import annotations

import re

_LOOK, _BEHIND = 90, 40  # characters in front of and behind a name that are looked at
# Behind the town of a dateline: "KYIV, May 10 (Reuters) - ...", "KABUL, Afghanistan (AP) —", "ADEN/ DUBAI: ...".
_DATELINE = re.compile(
    r"(?:/\s?[A-Z][A-Z’' ]{1,20}){0,3}(?:,(?: [A-Z][\w.'’-]{1,15}){1,3}(?=\s[-–—(]))?"
    r"(?:[^a-z]{0,20}[A-Z][a-z]{2,8}\.? \d{1,2}\b)?[^a-z]{0,12}(?:\([^()]{1,30}\)\s*)?(?:\s?[-–—]|\s>>|(?<=\d):)"
    r"|(?:/\s?[A-Z][A-Z’' ]{1,20}){0,3}(?:\s?\([A-Za-z/ ]{2,20}\))?\s?:\s"
)
_WORD = re.compile(r"[a-z]{2}")
_OPENING = 60  # characters of a text that the town of a dateline stands in
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
    r"(?:['’]s)?\s(?:(?:defen[cs]e|military|government|naval|intelligence|senior|special|armed|air|state|coast)\s)?"
    r"(?:officials?|military|army|navy|forces?|troops|soldiers|marines|guards?|(?:[A-Z][a-z]+ )?Command|"
    r"government|embassy|(?:State )?Department|[Pp]resident|Secretary|warships?|destroyers?|frigates?|jets|warplanes|"
    r"aircraft|coalition|sources?)\b"
)
_CLOCK = re.compile(r"\s(?:(?:local|standard|summer)\s)?time\b")  # "11:30 a.m. (Sanaa time)"
_WORLDS = frozenset(
    {"africa", "asia", "europe", "middle east", "far east", "latin america", "south america", "north america"}
)


def is_dateline(text: str, start: int, end: int) -> bool:
    """Tell whether a name only says where an article was written: "KYIV, May 10 (Reuters) - Shells hit ..."."""
    return end < _OPENING and not _WORD.search(text[:start]) and _DATELINE.match(text[end : end + _LOOK]) is not None


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
    return bool(_LAUNCH.search(before) or _AREAS.search(before))
