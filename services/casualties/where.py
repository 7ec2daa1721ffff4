"""Where the harm of a statement was done."""

from __future__ import annotations

import math
import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache

from contracts.casualties import Scope
from contracts.places import Place, PlacePrecision
from contracts.spans import Section
from services.casualties.context import is_another
from services.casualties.statement import Statement
from services.text.capitals import find_capitals
from services.text.lazy import lazy
from services.text.reading import Field, Reading, Sentence
from services.text.scenes import is_beside, is_dateline, is_no_scene
from services.text.sections import headline_end

_FINE = {
    PlacePrecision.SITE: 0,
    PlacePrecision.SETTLEMENT: 1,
    PlacePrecision.DISTRICT: 1,
    PlacePrecision.ADMIN2: 2,
    PlacePrecision.ADMIN1: 3,
    PlacePrecision.REGION: 4,
    PlacePrecision.COUNTRY: 5,
}
_UNITS = (PlacePrecision.ADMIN1, PlacePrecision.ADMIN2)
_AT: tuple[str, ...] = (
    "in",
    "at",
    "near",
    "on",
    "across",
    "outside",
    "around",
    "inside",
    "over",
    "of",
    "against",
    "hit",
    "struck",
)
_AT += (
    "off",
    "from",
    "bombed",
    "shelled",
    "attacked",
    "stormed",
    "rocked",
    "targeted",
    "hitting",
    "neighbouring",
    "nearby",
)
_LEAD = 24  # characters in which a preposition stands before a name
_BY_THE_WAY = (" as ", " after ", " before ", " when ", " while ")  # what lies behind is another clause's
_THERE = re.compile(r"\bin (?:the|this|that) (?:province|region|city|town|district|village|area)\b")
_WHEN_HIT = re.compile(
    r" (?:when|after|as) (?=.*\b(?:hit|struck|shelled|bombed|attacked|targeted|fell|landed|crashed|exploded|slammed)\b)"
    r"(?:(?!\band\b|\bwhile\b)[^,;:.\d]){1,80}$"
)
_FEW = 40  # places of a sentence that are looked at
_LONG = 2000  # characters of a sentence that are looked at
_ASIDE = 200  # characters between a statement and a place that are looked at
_COARSE = 60  # characters that a coarser place stands back by, for each step
_AROUND = 60  # characters around a name that tell what it is to the sentence
_SAYING = re.compile(
    r"\s(?:also |later |had |has |have )?(?:said|says|say|told|added|reported|announced|confirmed|claimed|claims|"
    r"counted|admitted|denied|denies|rejects|accused|accuses|blamed|blames|condemned|condemns|declined|stated|warned|warns|"
    r"called|vows|urges|puts? (?:the|its|their))\b",
    re.IGNORECASE,
)
_LESS = re.compile(  # what a figure leaves out, or is said of in the main
    r"\b(?:not (?:counting|including)|excluding|except(?:ing)?(?: for)?|apart from|without|"
    r"(?:primarily|mostly|mainly|chiefly) in) "
    r"(?:the )?(?:[A-Z][\w'’-]+(?:,? and |, ))*$"
)
_SPEAKER = re.compile(r"\baccording to [^,;.]*$", re.IGNORECASE)
_MAYOR = re.compile(
    r"\b(?:mayor|governor|head|chief|commander|administration|prosecutors?|residents?|villagers|locals|inhabitants|witness(?:es)?|"
    r"survivors?|doctors?|medics|nurses?|rescuers|hospitals?|activists?) (?:of|for|in|from|at) (?:the )?$",
    re.IGNORECASE,
)
# What governs a whole region, wherever in it things happened: "Dnipropetrovsk governor", "head of the Kherson RMA".
_OFFICE = re.compile(
    r"(?:['’]s)?\s(?P<unit>(?:[Oo]blast|[Rr]egion(?:al)?|[Pp]rovinc\w+)\s)?"
    r"(?:(?:[Mm]ilitary|[Ss]tate|[Cc]ivil(?:ian)?|acting)(?:[-–\s](?:and\s)?)){0,3}"
    r"(?:(?P<rules>[Gg]overnor|RMA|OVA|OMA|RSA)|[Aa]dministration|[Pp]rosecut\w+|[Pp]olice)\b"
)
_OFFICE_OF = re.compile(
    r"\b(?:governor|head|chief|administration|prosecutors?|police) (?:of|for|in) (?:the )?$",
    re.IGNORECASE,
)
# Where somebody has his seat: "a monitor based in Britain", "the London-based group".
_BASED_IN = re.compile(r"\b(?:based|headquartered|registered) (?:in|out of) (?:the )?$", re.IGNORECASE)
_BASED = re.compile(r"[-‑](?:based|registered|headquartered)\b")
# A name behind a preposition; where the gazetteer does not know it, it is still no other town.
_NAME = re.compile(
    r"\b(?:[Ii]n|[Nn]ear|[Oo]utside|around) "
    r"(?:(?:the|nearby|neighbou?ring|northern|southern|eastern|western|central) ){0,2}"
    r"(?:(?:[a-z-]{1,15} ){0,2}(?:village|town|city|camp|district|area|hamlet|suburb|slum|"
    r"settlement|port|commune|township) of )?"
    r"(?P<name>(?:[a-z]{2}[-‑])?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,3})"
)
_NO_TOWN = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|"
    r"Sun)day|Christmas|Easter|Ramadan|Eid|Christian|Muslim|English|Arabic|Telegram|Facebook|Twitter|God|Islam|(?-i:[A-Z]{2,})|"
    r"\w*(?:street|road|avenue|drive|lane|boulevard|court|highway|way|block|school|hospital|church|mosque|park|hotel|club|bar|"
    r"building|university|college|market|base|station|airport|centre|center|hall|house|apartments?|parliament|court|council|"
    r"army|force|forces|street|st|rd|ave|dr|blvd|war|operation))\b",
    re.IGNORECASE,
)
# Whose blow it was, no town: "killed in the Russian attack", "hurt in Ukrainian shelling".
_BLOW_OF = re.compile(
    r"(?:\w+(?:ian|ean|an|ish|ese|eli|aqi|meni|ench|tani|i)|Hamas|Hezbollah|Wagner)(?:[-–]\w+)?\s"
    r"(?:[A-Z][\w-]+\s)?(?:[a-z-]+\s){0,2}"
    r"(?:attacks?|(?:air)?strikes?|shelling|bombing|bombardments?|raids?|assaults?|offensives?|ambush|fire|invasion|captivity|custody)\b"
)
_NEAR = re.compile(
    r"\b(?:near|outside|close to|not far from|on the outskirts of|across (?:[\w'’-]+ ){1,4}from|"
    r"(?:north|south|east|west)(?:[a-z-]*(?:north|south|east|west))? of) (?:[a-z]+ ){0,3}$"
)
# What a clause begins with that tells of another blow: what is named there is not the place of what was said before.
_NEXT_CLAUSE = re.compile(r"[;:]|, (?:and|while|but) ")
_ACROSS = re.compile(
    r"^[^.;]{0,12}\b(?:across|throughout|all over|around|elsewhere in|in) (?:the|that|this) (?:wider |whole |entire )?"
    r"(?:region|oblast|province|governorate|state)\b"
)
# What only holds the town that is meant: "in the northern countryside of Homs", "Homs countryside".
_HOLDS = re.compile(
    r"\b(?:countryside|suburbs?|outskirts|periphery) of (?:the )?(?:(?:city|town|province) of )?$", re.IGNORECASE
)
_IS_SUBURB = re.compile(r"[A-Z][\w'’-]+(?:['’]s)? (?:[a-z]+ern )?suburb of $")  # "the Kherson suburb of Antonivka"
_HELD = re.compile(r"(?:['’]s)? (?:(?:north|south|east|west)\w* )?(?:countryside|suburbs?|outskirts)\b", re.IGNORECASE)
_PART = re.compile(r"(?<=\s)(?:(?:north|south|east|west)[a-z-]*ern|central) $")
_PLACED = ("elsewhere", "partition")  # rules whose words hold the place
_NEARBY = 0.4  # degrees
_TOP = 600  # characters of a text that open it
_HEAD = 1500  # characters of a text that its setting is looked for in


class _Named:
    """A place where it is named, and what it is to its sentence: that is read when it is first asked for."""

    def __init__(self, text: str, field: Field, start: int, end: int, place: Place) -> None:
        self._text = text
        self.field = field
        self.start = start
        self.end = end
        self.place = place
        self.fine = _FINE[place.precision] <= 1

    @lazy
    def _before(self) -> str:
        return self._text[max(0, self.start - _AROUND) : self.start]

    @lazy
    def _behind(self) -> str:
        return self._text[self.end : self.end + _AROUND]

    @lazy
    def _part(self) -> re.Match[str] | None:
        return _PART.search(self._before)

    @lazy
    def _beside(self) -> bool:
        return is_beside(self.field, self._text, self.start, self.end, self.place)

    @lazy
    def led(self) -> bool:
        """Tell whether a preposition leads it in."""
        before = self._before[: self._part.start()] if self._part else self._before
        return self.heads or _is_led_in(before, self.place, self._behind)

    @lazy
    def heads(self) -> bool:
        """Tell whether it stands over its paragraph: "MALI. Drones hit ..."."""
        if self.field != "text" or self._behind[:1] not in (".", ":"):
            return False
        return not self._before.rpartition("\n")[2].strip() and not self._beside

    @lazy
    def speaks(self) -> bool:
        """Tell whether somebody speaks from there, or has his seat there."""
        speaks = (_SAYING.match(self._behind) and not _MAYOR.search(self._before)) or _SPEAKER.search(self._before)
        if speaks and self.place.precision not in _UNITS:  # police of a province speak of what happened there
            return True
        return bool(_BASED_IN.search(self._before) or _BASED.match(self._behind))

    @lazy
    def office(self) -> bool:
        """Tell whether only who governs a region, or its police, is named by it: they speak of any of its towns."""
        found = _OFFICE.match(self._behind)
        if self.place.precision is PlacePrecision.ADMIN1:
            return found is not None or _OFFICE_OF.search(self._before) is not None
        return found is not None and bool(found["unit"] or found["rules"])

    @lazy
    def near(self) -> bool:
        """Tell whether only what lies beside it is meant: "near Damascus"."""
        holds = _HOLDS.search(self._before) and not _IS_SUBURB.search(self._before)
        return bool(_NEAR.search(self._before) or holds or _HELD.match(self._behind))

    @lazy
    def aside(self) -> bool:
        """Tell whether somebody speaks from there, was taken there, or wrote the article there."""
        if self.speaks or self._beside or _LESS.search(self._before):
            return True
        return self.field == "text" and is_dateline(self._text, self.start, self.end, self.place.country)

    @property
    def partly(self) -> bool:
        """Tell whether a part of it is meant: "in northern Mali"."""
        return self.place.precision is PlacePrecision.COUNTRY and self._part is not None

    @property
    def good(self) -> bool:
        """Tell whether it can be where something happened."""
        return not self.aside and (self.led or self.place.precision is not PlacePrecision.COUNTRY)


def set_where(statements: Sequence[Statement], reading: Reading, places: Sequence[Place]) -> None:
    """Find the place of each statement: in its sentence or paragraph, else that of the one before, else the main one.

    A country counts only where a preposition leads it in: in "Russia shelled Kherson" it acts. Nor does a place from
    where somebody speaks or to which the hurt were taken. The main place is the first fine one, else the country that
    things are most often said to be in.
    """
    told_of = headline_end(reading.article.title)  # an outlet's home stands behind it
    texts: dict[Field, str] = {"title": reading.article.title, "text": reading.article.text}
    named: list[_Named] = []
    for place in places:
        country = place.precision is PlacePrecision.COUNTRY
        for span in place.spans:
            if (span.field == "title" and span.start >= told_of) or is_no_scene(
                texts[span.field], span.start, span.end, country=country
            ):
                continue
            named.append(_Named(texts[span.field], span.field, span.start, span.end, place))
    named += [
        _Named(texts[field], field, start, end, place) for field, start, end, place in find_capitals(texts, places)
    ]
    named.sort(key=_order)
    keys = [(n.field, n.start) for n in named]
    parts = _parts_in_places(statements)
    apart = sorted(stretch for stretches in parts.values() for stretch in stretches)
    whole = [n for n in named if not (n.field == "text" and _is_inside(n.start, apart))]
    before = main = _main(whole)
    land, near_top = cache(lambda: _land(named, main)), cache(lambda: _is_near_top(named, main))
    heads: dict[tuple[Field, int], int] = {}
    for said in reading.sentences:
        heads.setdefault((said.field, said.paragraph), said.start)
    told: tuple[Field, int, int] | None = None  # the paragraph and the end of the last statement's sentence
    clause, origins, strange = None, set[int](), False
    named_here = False  # the place that goes on was named in this paragraph
    for statement in statements:
        sentence = statement.sentence
        first = bisect_left(keys, (sentence.field, sentence.start))
        if told is None or told[:2] != (sentence.field, sentence.paragraph):
            since = heads[sentence.field, sentence.paragraph]
            before, named_here = main, False
        else:
            since = told[2]
        for k in range(first - 1, -1, -1):  # the last fine place that its paragraph was led to
            other = named[k]
            if other.field != sentence.field or other.start < since:
                break
            if not other.led or other.aside or (other.field == "text" and _is_inside(other.start, apart)):
                continue
            if other.fine or other.heads or _is_other_unit(other.place, main):
                before, named_here = other.place, True
                break
        told = (sentence.field, sentence.paragraph, sentence.end)
        if statement.clause is not clause:
            clause, origins = statement.clause, _origins(statement)
            strange = _names_a_stranger(sentence, named[first : first + _FEW])
            led_to = reading.sentences[statement.number - 1] if statement.number and not named_here else sentence
            if not strange and led_to.paragraph == sentence.paragraph and since <= led_to.start < sentence.start:
                start = bisect_left(keys, (led_to.field, led_to.start))
                strange = _names_a_stranger(led_to, named[start : start + _FEW])
        best: tuple[int, int] | None = None
        own, since_head = parts.get(id(statement.finding), []), heads[sentence.field, sentence.paragraph]
        at = first
        while at < len(named) and named[at].field == sentence.field and named[at].start < sentence.end:
            counts = named[at].good or (named[at].speaks and statement.scope is Scope.CUMULATIVE)
            counts = counts and not (_is_town_of(before, named[at].place) and named[at].office)
            if named[at].start not in origins and counts and not any(a <= named[at].start < b for a, b in own):
                off = _distance(statement, named[at])
                best = (off, at) if best is None or off < best[0] else best
            at += 1
        if best and strange and _is_beyond(statement, named[best[1]]):
            best = None
        around = before
        if best and named[best[1]].place.precision in _UNITS:
            town = next((k for k in range(best[1] + 1, at) if _is_hit_in(statement, named[best[1]], named[k])), None)
            best = best if town is None else (best[0], town)
        if best:
            before, named_here = named[best[1]].place, True
            elsewhere = main is not None and named[best[1]].fine and before.place_id != main.place_id
            if statement.scope is Scope.HISTORIC and elsewhere and is_another(statement.clause):
                statement.scope = Scope.INCIDENT
            if main is not None and _is_opening(statement, named[best[1]], main) and near_top():
                statement.place, before = main, main  # "killed two in southern Sudan": the town follows
                continue
            if (unit := _all_over(statement, named[: best[1] + 1], since_head)) is not None:
                statement.place, statement.placed = unit, True
                continue
        elif strange:
            statement.place = next((n.place for n in reversed(named[:first]) if not n.fine and not n.aside), None)
            statement.place = statement.place or _unit_of(main, named)
            before, named_here = statement.place or main, False
            continue
        elif statement.scope is Scope.CUMULATIVE and not _THERE.search(sentence.text):
            statement.place = land()  # a running total is that of a war, not of the town told of before
            continue
        statement.place, statement.placed = before or main, named_here
        if statement.rule == "partition":
            before = around


def _parts_in_places(statements: Sequence[Statement]) -> dict[int, list[tuple[int, int]]]:
    """Return where the places of its parts stand, by the identity of a total.

    ``Five were killed in Ukraine, three in Kharkiv and two in Sumy``; of whom three died in Kharkiv.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for statement in statements:
        died = statement.finding.total is not None and statement.rule == "intransitive"
        if statement.rule == "partition" or died:
            start, (first, last) = statement.sentence.start, statement.bounds
            last = min(len(statement.sentence.text), last + _LEAD) if died else last
            found.setdefault(id(statement.finding.total), []).append((start + first, start + last))
    return found


def _is_inside(offset: int, stretches: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(stretches, (offset, sys.maxsize)) - 1
    return at >= 0 and offset < stretches[at][1]


def _is_beyond(statement: Statement, named: _Named) -> bool:
    """Tell whether a place is named in another clause: ``in Qworzha a man died; in Izium a woman was hurt``."""
    start, end = named.start - statement.sentence.start, statement.bounds[1]
    return start > end and ";" in statement.sentence.text[end:start]


def _is_hit_in(statement: Statement, unit: _Named, town: _Named) -> bool:
    """Tell the town that was hit in a region: ``hurt in Sumy region when a bomb fell on Konotop``."""
    inside = town.fine and town.good and town.led and _is_town_of(town.place, unit.place)
    start = statement.sentence.start
    between = statement.sentence.text[unit.end - start : town.start - start]
    return inside and unit.start >= start + statement.bounds[0] and _WHEN_HIT.match(between) is not None


def _all_over(statement: Statement, named: Sequence[_Named], since: int) -> Place | None:
    """Return the province that all of is meant: ``one died in Lyman, and nine were injured across the region``."""
    sentence, end = statement.sentence, statement.bounds[1]
    if not _ACROSS.match(sentence.text[end : end + _AROUND]):
        return None
    told = (n for n in reversed(named) if n.field == sentence.field and n.start >= since)
    units = (n.place for n in told if n.place.precision in _UNITS)
    return next(units, None)


def _is_town_of(town: Place | None, unit: Place) -> bool:
    """Tell whether a town that was told of lies in a region, or in that of which another is the seat."""
    fine = town is not None and _FINE[town.precision] <= 1 and town.place_id != unit.place_id
    return town is not None and fine and unit.admin1 is not None and town.admin1 == unit.admin1


def _is_near_top(named: Sequence[_Named], main: Place | None) -> bool:
    return any(n.place is main and n.start < _TOP and n.led and not n.aside for n in named)


def _is_opening(statement: Statement, named: _Named, main: Place) -> bool:
    """Tell whether the opening of an article names but the part of a country that its main place lies in."""
    opens = statement.sentence.section in (Section.HEADLINE, Section.LEAD) and statement.scope is Scope.INCIDENT
    return opens and named.partly and _FINE[main.precision] <= 1 and main.country == named.place.country


def _unit_of(main: Place | None, named: Sequence[_Named]) -> Place | None:
    """Return the province of the main place where the text names it: for towns that the gazetteer does not know."""
    units = (n.place for n in named if n.place.precision is PlacePrecision.ADMIN1)
    return next((u for u in units if main and u.country == main.country and u.name == main.admin1), None)


def _is_other_unit(unit: Place, main: Place | None) -> bool:
    """Tell whether a place is a province that the main one does not lie in."""
    if (
        unit.precision is not PlacePrecision.ADMIN1
        or main is None
        or main.precision in (*_UNITS, PlacePrecision.COUNTRY)
    ):
        return False
    return main.country == unit.country and main.admin1 is not None and main.admin1 != unit.name


def _names_a_stranger(sentence: Sentence, named: Sequence[_Named]) -> bool:
    """Tell whether a sentence is set in a place that the gazetteer does not know: ``in nearby Machongani``."""
    text, known = sentence.text, {n.start - sentence.start for n in named if n.field == sentence.field}
    return any(
        match.start("name") not in known
        and not _NO_TOWN.search(text, match.start("name"), _word_end(text, match.end() + _LEAD))
        and not _BLOW_OF.match(text, match.start("name"))
        for match in _NAME.finditer(text[:_LONG])
    )


def _word_end(text: str, at: int) -> int:
    """Return the end of the last whole word before an index, so that "dropped" is not cut to "dr"."""
    return text.rfind(" ", 0, at) if at < len(text) else at


def _order(named: _Named) -> tuple[Field, int, int]:
    return named.field, named.start, named.end


def _main(named: Sequence[_Named]) -> Place | None:
    """Return the first fine place, the title's before the text's, or a town beside it where only that side is meant.

    Without any it is the first province or area; then a town that is only named aside, as in a dateline, unless a part
    of a country is meant; else the country that most is said to be in.
    """
    fine = [n for n in named if n.fine]
    in_order = sorted(fine, key=lambda n: (n.field != "title", n.start))
    chosen = next((n for n in in_order if not n.aside), in_order[0] if in_order else None)
    if chosen is not None and not chosen.aside:
        return (chosen.near and _beside(chosen, fine)) or chosen.place
    unit = next((n for n in named if n.place.precision in _UNITS and not n.aside), None)
    unit = unit or next((n for n in named if n.place.precision is not PlacePrecision.COUNTRY and n.good), None)
    if unit is not None:
        return unit.place
    if chosen is not None and not any(n.partly and n.good for n in named):
        return chosen.place
    around = Counter(n.place.place_id for n in named if n.led and not n.aside)
    by_id = {n.place.place_id: n.place for n in named}
    return by_id[max(around, key=lambda k: around[k])] if around else None


def _land(named: Sequence[_Named], main: Place | None) -> Place | None:
    """Return the country that a text is set in, where it is named: that of the main place, else the one most led to."""
    countries = [n for n in named if n.place.precision is PlacePrecision.COUNTRY and not n.aside]
    if main is not None and main.precision is not PlacePrecision.COUNTRY:
        countries = [n for n in countries if n.place.country == main.country]
    often = Counter(n.place.place_id for n in countries if n.led)
    return max((n.place for n in countries), key=lambda place: often[place.place_id], default=None)


def _beside(near: _Named, fine: Sequence[_Named]) -> Place | None:
    """Return the town that a text is set in where it begins with a larger one nearby: ``raids near Damascus``."""
    towns = (n for n in fine if n.led and not n.near and not n.aside and n.place.place_id != near.place.place_id)
    inside = next((n for n in towns if n.field == "text" and n.start < _HEAD), None)
    return inside.place if inside is not None and _is_close(near.place, inside.place) else None


def _is_close(one: Place, other: Place) -> bool:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return False
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat))
    return math.hypot(one.lat - other.lat, east) < _NEARBY


def _distance(statement: Statement, named: _Named) -> int:
    sentence = statement.sentence
    start, end = (sentence.start + offset for offset in statement.bounds)
    coarse = _FINE[named.place.precision] + (named.start < start) + (not named.led) + 2 * named.near
    distance = max(named.start - end, start - named.end, 0) + coarse * _COARSE
    if statement.rule in _PLACED and start <= named.start < end:
        return 0
    between = sentence.text[end - sentence.start : min(max(named.start, end), end + _ASIDE) - sentence.start]
    aside = any(words in between for words in _BY_THE_WAY) or _NEXT_CLAUSE.search(between) is not None
    return distance + 2 * _COARSE * aside


def _origins(statement: Statement) -> set[int]:
    """Return where the places begin that people only come from: ``a couple from Belgorod were killed``."""
    clause, start = statement.clause, statement.sentence.start
    behind = [p.last + 1 for p in clause.phrases if (p.person or p.number) and clause.word(p.last) == "from"]
    return {start + clause.items[k].start for k in behind if k < len(clause.items)}


def _is_led_in(before: str, place: Place, behind: str) -> bool:
    """Tell whether a preposition stands before a name, or an article: "in Kyiv", "the Black Sea".

    Before a country an article says nothing ("the Sudan Doctors Network"), unless a preposition leads that in.
    """
    words = before[-_LEAD:].lower().split()
    if not words or (place.precision is PlacePrecision.COUNTRY and behind.startswith(("'s", "’s"))):
        return False  # "Haiti's capital"
    last = words[-1].strip("(\"'")
    if last == "the" and place.precision is PlacePrecision.COUNTRY:
        return len(words) > 1 and words[-2] in _AT and not re.match(r"\s[A-Z]", behind)
    return last in (*_AT, "the")
