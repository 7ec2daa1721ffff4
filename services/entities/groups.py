"""What stands for an organisation: "the group", "it" behind what it said, "They" after a sentence that it opened."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from services.entities.lexicon import GOES_ON
from services.entities.link import Named
from services.entities.standins import StandIn
from services.text.reading import Sentence

_WHAT = r"(?:(?:terrorist|militant|rebel|armed|jihadist|monitoring|rights|human rights|extremist|Islamist|aid|task) )?"
_KIND = (
    r"(?:group|organi[sz]ation|movement|faction|network|agency|ministry|alliance|commission|committee|council|brigade|battalion"
    r"|regiment|party|channel|observatory|force|department|front|union|bloc|militia)"
)
_THE_GROUP = re.compile(rf"\b[Tt]h(?:e|is) {_WHAT}({_KIND})\b(?! (?:of|that|which|for|to)\b)")
_SAID = (
    r"(?:said|says|claimed|claims|announced|added|confirmed|reported|denied|believes?|insisted|warned|vowed|stated|estimates?"
    r"|acknowledged|declared|promised|thinks?)"
)
_SAID_IT = re.compile(
    rf",? (?:\w+ly |also |later )?{_SAID}(?: (?:on|last) \w+)?(?: that)? (it|they)\b"
    r"(?= (?!(?:in|on|at|for|to|as|and|but)\b)[a-z])"
)
_OPENS = re.compile(
    r"\W*((It)|They) "
    r"(?!(?<=It )(?:is|was|will be|would be|has been|had been|seems?|remains?|took|takes|came|comes|may be)\b)"
)
_INSIDE = re.compile(r",| of ")  # "members of the coalition"
_FIRST_WORDS = 26  # characters that may stand before the name which a sentence opens with
_FURTHEST = 2  # sentences that "the group" looks back
_GROUP = frozenset({"group", "organisation", "organization", "movement", "faction", "network", "militia"})
_NO_GROUP = re.compile(
    r"(?:minist|depart|govern|army|military|forces|police|authorit|air force|officials|troops|soldiers)", re.IGNORECASE
)
_MANY = re.compile(r"(?:[a-rt-z]s|men|police|forces|Taliban|peshmerga|Peshmerga)\Z")

Told = tuple[Sentence, Sequence[Named]]


def group_standins(sentences: Iterable[Sentence], mentions: Iterable[Named]) -> Iterator[StandIn]:
    """Yield what stands for the organisations of a field, and for peoples where "They" does."""
    named = sorted((m for m in mentions if m.label in {"ORG", "NORP"}), key=lambda m: (m.span.start, -m.span.end))
    at = [m.span.start for m in named]
    lately: list[Told] = []
    for sentence in sentences if named else ():
        here = named[bisect_left(at, sentence.start) : bisect_left(at, sentence.end)]
        if not here and not any(bodies for _, bodies in lately):
            lately.clear()
            continue
        opener = _OPENS.match(sentence.text)
        of = _subject(*lately[-1], many=opener[2] is None) if opener and lately else None
        if opener and of:
            yield StandIn(sentence.start + opener.start(1), sentence.start + opener.end(1), of)
        for body in here:
            said = _SAID_IT.match(sentence.text, body.span.end - sentence.start)
            if said and body.label == "ORG":
                yield StandIn(sentence.start + said.start(1), sentence.start + said.end(1), body)
        for match in _THE_GROUP.finditer(sentence.text):
            if not GOES_ON.match(sentence.text, match.end()):
                continue
            start = sentence.start + match.start()
            told = [*lately, (sentence, [m for m in here if m.span.end <= start])]
            of = _group(match[1].lower(), told, start)
            if of:
                yield StandIn(start, sentence.start + match.end(), of)
        lately = [*lately, (sentence, here)][-_FURTHEST:]


def _subject(sentence: Sentence, here: Sequence[Named], *, many: bool) -> Named | None:
    """Return the organisation that a sentence opens with, if "It" or, of many, "They" may stand for it."""
    for body in here:
        start, end = body.span.start - sentence.start, body.span.end - sentence.start
        if start > _FIRST_WORDS or _INSIDE.search(sentence.text, 0, start):
            return None
        if GOES_ON.match(sentence.text, end):
            fits = (_MANY.search(body.span.quote) is not None) == many
            return body if fits and (many or body.label == "ORG") else None
    return None


def _group(kind: str, told: Sequence[Told], start: int) -> Named | None:
    """Return the organisation that "the group" or "the agency" is: the newest that may be called so."""
    for sentence, here in reversed(told):
        stretch = sentence.text[: max(0, start - sentence.start)]
        if re.search(rf"(?<!is )(?<!was )(?<!, )\b[Aa]n? (?:[\w-]+ ){{0,2}}{kind}\b", stretch):
            return None
        for body in here:
            quote = body.span.quote
            if body.label == "ORG" and (
                (any(map(str.isupper, quote)) and not _NO_GROUP.search(quote))
                if kind in _GROUP
                else kind in quote.lower()
            ):
                return body
    return None
