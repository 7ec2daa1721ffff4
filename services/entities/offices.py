"""The offices that stand beside names: "Foreign Secretary Ann Lee", "Ann Lee, the Pentagon press secretary"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KIND = (
    r"(?:prime|deputy|foreign|defen[cs]e|interior|health|press|vice|former|acting|chief|regional|military|government|special"
    r"|police|army|navy|rebel|under|commanding|top)"
)
_NOUN = (
    r"(?:minister|secretary(?:[- ]general)?|president|premier|chancellor|ambassador|governor|mayor"
    r"|spokes(?:man|woman|person)|commander(?:[- ]in[- ]chief)?|chief|head|director(?: general)?|envoy|representative"
    r"|coordinator|leader|chairman|prosecutor|general|inspector)\b"
)
_OFFICE = rf"(?i:(?:{_KIND} ){{0,3}}{_NOUN})"
_WORD = r"(?:[A-Z]\.(?:[A-Z]\.)+|[A-Z][\w’'-]{0,30}(?:\.\w[\w’'-]{0,30})?)"
_OWNER = rf"(?:(?:[Tt]he|[Aa]n?) )?(?!(?:In|On|At|As|By|But|And|For|From|After|While|When|With) )(?:{_WORD} ){{0,5}}"
_OF = rf"(?: (?:of|for|to|in) (?:the )?{_WORD}(?: (?:(?:of|for|and) (?:the )?)?{_WORD}){{0,5}})?"
_VERB = r"(?:said|says|told|was|were|is|are|has|had|have|will|who|which|\w+ed)\b"
_OF_ANYTHING = rf"(?: (?:of|for|to|in)(?: (?!{_VERB})(?:(?:[A-Z]\.)+|[\w’'-]{{1,30}})){{1,8}}(?=[,;)\n]|\.\s|\.\Z))?"
_RANK = r"[\s,\u200e]*(?:(?:Lt|Maj|Gen|Col|Brig|Adm|Capt|Mr|Mrs|Ms|Dr|Sir)\b\.? )*"
_BEFORE = re.compile(rf"(?<![\w.’'-])({_OWNER}{_OFFICE}{_OF})(?:[ \u200e]+|, ){_RANK}\Z")
_BEHIND = re.compile(rf", ({_OWNER}{_OFFICE}(?:{_OF_ANYTHING[:-1]}|{_OF}))(?![\w’'-]| of | for )")
_SOME_OFFICE = re.compile(_NOUN, re.IGNORECASE)
_THE_OFFICE = re.compile(rf"\b[Tt]he ({_OFFICE})(?!\s(?:of|for|to)\b|[ \u200e]+[A-Z]|['’-])")
_LONGEST = 90
_HIGHER = {"minister": "prime minister", "president": "vice president"}


def beside(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the offices before and behind a name."""
    first = max(0, start - _LONGEST)
    if _SOME_OFFICE.search(text, first, start):
        ahead = _BEFORE.search(text, first, start)
        if ahead is not None:
            yield ahead.span(1)
    if text.startswith(", ", end):
        behind = _BEHIND.match(text, end, end + _LONGEST)
        if behind is not None:
            yield behind.span(1)


def definite(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, office) of "the minister" and the like, where no name says of what or who."""
    for match in _THE_OFFICE.finditer(text):
        yield match.start(), match.end(), match[1].lower()


def is_called(office: str, short: str) -> bool:
    """Tell whether an office is what "the ..." may call it; a prime minister is not "the minister"."""
    higher = _HIGHER.get(short)
    return re.search(rf"\b{re.escape(short)}\b", office) is not None and not (higher and higher in office)
