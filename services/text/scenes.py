"""Names of places where nothing happened: rivers named like towns, backers of officials, launch sites."""

from __future__ import annotations

import re

_LOOK = 90  # characters in front of a name that are looked at
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


def is_no_scene(text: str, start: int, end: int) -> bool:
    """Tell whether the name at ``text[start:end]`` says of its place that nothing happened there.

    "Moscow-backed officials", "the Dnipro's west bank", "missiles launched from Crimea".
    """
    before, behind = text[max(0, start - _LOOK) : start], text[end : end + 24]
    if _BACKS.match(behind) or _BANK.match(behind) or _BANK_OF.search(before):
        return True
    if (
        text[start:end].lower() in _RIVERS
        and _THE.search(before)
        and not re.match(r"\s[a-z]*\s?[A-Z]|\s[a-z]{4,}", behind)
    ):
        return True
    return bool(_LAUNCH.search(before) or _AREAS.search(before))
