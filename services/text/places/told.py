"""What is told of places and of nobody else: "was shelled", "market", "shelling", "once Artemivsk"; lists of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from services.text.places.line import Line
from services.text.places.mentions import Mention
from services.text.places.names import Names
from services.text.places.words import small_words

_TOLD, _NAMED_ALONG, _IN_SPITE = 3.0, 1.8, 2.5
_SOME, _MANY = 2, 3  # so many sure places; so many names of one country that are only places
_KNOWN = 4.5  # the rank of towns by whose other spellings sites are called, too
_SURE = 2.0  # the evidence of a name that carries the others of its list
_BY_ARMS = (
    r"(?:drones?|missiles?|rockets?|shells?|bombs?|artillery|shelling|air ?strikes?|jets|mortars?|warplanes|bombers?)"
)
#: Behind the name of a place, or of several: "was heavily shelled", "came under fire", "were hit by two drones".
_BEFALLEN = re.compile(
    r" (?:(?:(?:was|were|is|are) (?:being )?|(?:has|have|had) been )(?:[a-z]+ly |again |also |then |later )?"
    rf"(?:cut off|(?P<verb>[a-z]+))\b(?P<arms> (?:again )?(?:by|with|in) (?:[\w-]+ ){{0,4}}?{_BY_ARMS}\b)?"
    r"|changed hands"
    r"|(?:came|comes|come|was|were|is|are|remains?) under (?:[a-z]+ )?(?:fire|attack|siege|bombardment|shelling)"
    r"|(?:fell|fall|falls|fallen) to (?!his|her|the |their|a |an |earth|pieces|one))\b"
)
_HURT = frozenset({"hit", "struck", "attacked", "targeted", "pounded", "raided", "rocked"})
_BETWEEN = frozenset({", ", " and ", ", and ", " or ", ", or ", ", in "})


def told_of(line: Line, at: int, mention: Mention, names: Names) -> float:
    """Weigh what is told of a name that only places bear: 0 where it might be told of a person."""
    if line.loud or mention.words == line.count or not names.is_only_a_place(mention.name, mention.key):
        return 0.0
    words, next_at = small_words(), at + mention.words
    if at and line.gap(at) == " " and line.key(at - 1) in words["once"]:
        return _TOLD
    if next_at == line.count or line.gap(next_at) != " ":
        return 0.0
    after = line.key(next_at)
    if not line.capital(next_at) and (after in words["deed"] or (after in words["site"] and _is_known(mention))):
        return _TOLD
    told = _BEFALLEN.match(line.sentence.text, mention.end - line.sentence.start)
    if told is None:
        return 0.0
    verb = told["verb"]
    return _TOLD if verb is None or verb in words["taken"] or (verb in _HURT and told["arms"]) else 0.0


def _is_known(mention: Mention) -> bool:
    """Tell whether sites are called after a place: mosques bear the names of persons that are spellings of villages."""
    _, rank, alternate = mention.name.places[0]
    return not alternate or rank >= _KNOWN


def carry(mentions: Iterable[Mention], persons: set[str], names: Names) -> None:
    """Let names that are surely places speak for those that are listed with them: "Beni, Butembo and Oicha"."""
    for run in _runs(mentions):
        plain = [m for m in run if m.key not in persons and names.is_only_a_place(m.name, m.key)]
        sure = [m for m in run if m.key not in persons and _is_sure(m)]
        if len(plain) >= _MANY and len({names.country(m.name) for m in plain}) == 1:
            sure = plain
        led = [m for m in plain if sure and sure != [m]]
        for mention in led:
            mention.evidence += _NAMED_ALONG
        sure += [m for m in led if m not in sure]
        for mention in run if len(sure) >= _SOME else ():
            if mention not in sure and mention.key not in persons and _is_theirs(mention, sure, names):
                mention.evidence += _NAMED_ALONG + _IN_SPITE


def _is_theirs(mention: Mention, sure: list[Mention], names: Names) -> bool:
    """Tell whether a word or a person's name is a place beside others of its country: "Ramadi, Falluja and Hit"."""
    country = names.country(mention.name)
    inside = mention.start > mention.sentence.start
    return inside and names.is_at_war(mention.name) and all(names.country(m.name) == country for m in sure)


def _is_sure(mention: Mention) -> bool:
    return mention.evidence + min(1.5, max(-1.5, mention.name.places[0][1] - 4.0)) >= _SURE


def _runs(mentions: Iterable[Mention]) -> Iterator[list[Mention]]:
    """Yield names of one sentence with no more than commas and "and" between them, two or more."""
    run: list[Mention] = []
    for mention in mentions:
        if not mention.name.places:
            continue
        if run and run[-1].sentence is mention.sentence:
            offset = mention.sentence.start
            if mention.sentence.text[run[-1].end - offset : mention.start - offset] in _BETWEEN:
                run.append(mention)
                continue
        if len(run) > 1:
            yield run
        run = [mention]
    if len(run) > 1:
        yield run
