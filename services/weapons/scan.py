"""Finding the words: sentences cut into tokens, terms in them, and noun phrases made of terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contracts.weapons import WeaponCategory
from services.text.reading import Sentence
from services.weapons.lexicon import SPELLINGS, Entry, Lexicon, System, fold, normal

_WORD, _WORD_OF_ASCII = re.compile(r"[^\W\d_]+|\d+"), re.compile(r"[a-z]+|[0-9]+")  # the second is twice as fast
# What may stand between the tokens of a term, and between the terms of a phrase ("'Dagger' hypersonic missiles").
_TIGHT = re.compile(r"\s{0,3}|[-/.'&]|\s\.|\s?&\s?|-\s{1,2}")
_LOOSE = re.compile(r"['\"”]?\s{0,3}['\"“]?|-")
_AND = re.compile(r"\s{1,3}(?:and|or|&)\s{1,3}|,\s{1,3}(?:and\s{1,3}|or\s{1,3})?")
_OPENS = re.compile(r"\s?\(")
_BRACKETS = re.compile(r"\s?\([^()]{1,40}\)\s?")  # "first-person view (FPV) drone", once what they hold is left out
_SLASH = re.compile(r"\s?/\s?")
_VARIANT = 3  # tokens, and letters in each, that glued to a figure still make a variant: "T-72B3M"
_SMALL = 3  # letters of words that headlines leave small
_HEADLINE = 4  # longer words that make a headline, and the share of them with capitals
_CAPITALS = 0.85
_CALIBRE = Entry("calibre")
_SHIP = Entry("class", WeaponCategory.SHIP)
# Kinds of systems that a class word may stand beside; others go with any.
_BESIDE = {
    WeaponCategory.SMALL_ARMS: {WeaponCategory.SMALL_ARMS, WeaponCategory.GRENADE},
    WeaponCategory.HELICOPTER: {WeaponCategory.HELICOPTER},
    WeaponCategory.AIRCRAFT: {WeaponCategory.AIRCRAFT, WeaponCategory.DRONE},
    WeaponCategory.TANK: {WeaponCategory.TANK, WeaponCategory.ARMOURED_VEHICLE},
    WeaponCategory.SHIP: {WeaponCategory.SHIP, WeaponCategory.DRONE, WeaponCategory.MISSILE_CRUISE},
}
_MISSILES = frozenset({WeaponCategory.MISSILE_OTHER, WeaponCategory.WEAPON_GENERIC, WeaponCategory.MISSILE_CRUISE})


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the lexicon over ``tokens[first:last]``."""

    first: int
    last: int
    entry: Entry


@dataclass(slots=True)
class Phrase:
    """A noun phrase that may be a weapon, over ``tokens[first:last]``.

    ``context`` names the test that it still has to pass, ``accepted`` says that it is a weapon, ``rule`` why.
    """

    first: int
    last: int
    terms: list[Term]
    category: WeaponCategory
    head: Entry
    named: Term | None = None
    context: str = ""
    accepted: bool = False
    rule: str = "class"

    @property
    def plural(self) -> bool:
        """Tell whether it speaks of several."""
        return self.terms[-1].entry.plural


@dataclass(slots=True)
class Tokens:
    """A sentence as tokens; ``words`` are folded, ``starts`` and ``ends`` count in the sentence."""

    sentence: Sentence
    words: list[str]
    starts: list[int]
    ends: list[int]
    phrases: list[Phrase] = field(default_factory=list)
    _shouted: bool | None = None

    @property
    def shouted(self) -> bool:
        """Tell whether capitals say nothing here."""
        if self._shouted is None:
            self._shouted = _is_shouted(self.sentence.text, self.starts, self.ends)
        return self._shouted

    def raw(self, at: int) -> str:
        """Return a token as written."""
        return self.sentence.text[self.starts[at] : self.ends[at]]

    def gap(self, left: int, right: int) -> str:
        """Return what is written between two tokens, the second one behind the first."""
        return self.sentence.text[self.ends[left] : self.starts[right]]

    def tight(self, right: int) -> bool:
        """Tell whether a token goes with the one before it."""
        gap = self.gap(right - 1, right)
        return gap in ("", " ", "-") or (len(gap) <= 4 and _TIGHT.fullmatch(gap.replace("’", "'")) is not None)

    def word(self, at: int) -> str:
        """Return the folded token, or nothing outside the sentence."""
        return self.words[at] if 0 <= at < len(self.words) else ""


def tokenize(sentence: Sentence) -> Tokens:
    """Cut a sentence into words and figures."""
    text = fold(sentence.text)
    words: list[str] = (_WORD_OF_ASCII if text.isascii() else _WORD).findall(text)
    starts: list[int] = []
    ends: list[int] = []
    end = 0
    for word in words:  # nothing that a word may begin with stands between two of them
        start = text.find(word, end)
        end = start + len(word)
        starts.append(start)
        ends.append(end)
    if not SPELLINGS.keys().isdisjoint(words):
        words = [normal(word) for word in words]
    return Tokens(sentence, words, starts, ends)


def _is_shouted(text: str, starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Tell whether capitals say nothing: all letters are capitals, or all but the small words begin with one."""
    if text.isupper():
        return True
    long = [text[start].isupper() for start, end in zip(starts, ends, strict=True) if end - start > _SMALL]
    return len(long) >= _HEADLINE and sum(long) >= _CAPITALS * len(long)


def find_terms(tokens: Tokens, lexicon: Lexicon) -> list[Term]:
    """Find the terms of a sentence, longest first from the left, none within another."""
    terms: list[Term] = []
    words, known, ships = tokens.words, lexicon.terms, lexicon.words["ship_prefix"]
    at, count = 0, len(words)
    while at < count:
        word, found = words[at], None
        if word in known and not _glued(tokens, at):
            found = _longest(tokens, lexicon, at)
        if not found and word[0].isdigit():
            found = _calibre(tokens, lexicon, at)
        elif not found and word in ships:
            found = _ship(tokens, at)
        if found and found.entry.kind != "nonsense":
            terms.append(found)
        at = found.last if found else at + 1
    return terms


def _glued(tokens: Tokens, at: int) -> bool:
    """Tell whether a token is written together with the one before it, or is the name of an account."""
    if at >= len(tokens.words):
        return False
    start = tokens.starts[at]
    return start > 0 and (start == (at and tokens.ends[at - 1]) or tokens.sentence.text[start - 1] == "@")


def _longest(tokens: Tokens, lexicon: Lexicon, first: int) -> Term | None:
    node, at, found = lexicon.terms, first, None
    while at < len(tokens.words) and (at == first or tokens.tight(at)):
        step = node.get(tokens.words[at])
        if step is None:
            break
        node, at = step, at + 1
        if "" in node and (last := _closed(tokens, at, node[""])) and _is_designation(tokens, lexicon, first, at):
            found = Term(first, last, node[""])
    return found


def _closed(tokens: Tokens, last: int, entry: Entry) -> int | None:
    """Return where a term ends, with a plural or a variant glued to it; None in the middle of a longer word."""
    if not _glued(tokens, last):
        return last
    if entry.kind != "system" or not tokens.words[last - 1][0].isdigit():
        return None
    taken = last
    while _glued(tokens, taken):
        if taken - last == _VARIANT or len(tokens.words[taken]) > _VARIANT:
            return None
        taken += 1
    return taken


def _is_designation(tokens: Tokens, lexicon: Lexicon, first: int, last: int) -> bool:
    """Refuse "as 90" for AS-90: a short prefix stands apart from its figure only where it is no word."""
    for at in range(first, last - 1):
        word = tokens.words[at]
        apart = tokens.words[at + 1][0].isdigit() and tokens.gap(at, at + 1).isspace()
        is_word = word in lexicon.words["short"] or tokens.shouted or not tokens.raw(at)[0].isupper()
        if apart and is_word and word.isalpha() and len(word) <= _SMALL:
            return False
    return True


def _calibre(tokens: Tokens, lexicon: Lexicon, at: int) -> Term | None:
    """Read "155mm", ".50-caliber" or "2,000-pound" as a part of a weapon's name."""
    if tokens.word(at + 1) not in lexicon.words["unit"] or not tokens.tight(at + 1) or _glued(tokens, at):
        return None
    first = at
    while first and tokens.words[first - 1][0].isdigit() and tokens.gap(first - 1, first) in (",", "."):
        first -= 1
    return Term(first, at + 2, _CALIBRE)


def _ship(tokens: Tokens, at: int) -> Term | None:
    """Read the name of a warship: "HMS Daring", "USS Carl Vinson"."""
    last = at + 1
    while last < min(at + 4, len(tokens.words)) and tokens.raw(last).istitle() and tokens.gap(last - 1, last) == " ":
        last += 1
    return Term(at, last, _SHIP) if last > at + 1 and tokens.raw(at).isupper() else None


def find_phrases(tokens: Tokens, lexicon: Lexicon) -> None:
    """Put the noun phrases of a sentence together and keep them, left to right, in ``tokens.phrases``."""
    groups = list(_groups(tokens, find_terms(tokens, lexicon)))
    for number, group in enumerate(groups):
        made = [_phrase(segment) for segment in _segments(group)]
        phrases = [phrase for phrase in made if phrase]
        if phrases and number and not phrases[0].named and phrases[0].plural:
            _coordinate(tokens, groups[number - 1], phrases[0])
        tokens.phrases.extend(phrases or _others(tokens, group))
    tokens.phrases = list(_alternatives(tokens))
    for phrase in tokens.phrases:
        _designate(tokens, lexicon, phrase)


def _alternatives(tokens: Tokens) -> Iterator[Phrase]:
    """Let "Iskander-M/KN-23 ballistic missiles" be one thing, called by the first of its names."""
    before: Phrase | None = None
    for phrase in tokens.phrases:
        slash = (
            before and before.last < len(tokens.words) and _SLASH.fullmatch(tokens.gap(before.last - 1, phrase.first))
        )
        headed = phrase.named and phrase.terms[-1].entry.kind == "class"  # bare "Kh-101/Kalibr" may be two kinds
        if before and slash and before.last == phrase.first and before.named and headed:
            before.terms, before.last = [*before.terms, *phrase.terms], phrase.last
            continue
        if before:
            yield before
        before = phrase
    if before:
        yield before


def _designate(tokens: Tokens, lexicon: Lexicon, phrase: Phrase) -> None:
    """Let an unknown designation in front be a part of the phrase: the figure of "RB 99 missiles" counts nothing."""
    at = phrase.first - 2
    if phrase.named or at < 0 or tokens.shouted or not tokens.words[at + 1].isdigit():
        return
    letters, owner = tokens.raw(at), tokens.words[at] in lexicon.operators
    code = letters.isupper() and letters.isalpha() and 1 < len(letters) <= _VARIANT
    stated = owner or tokens.words[at] in lexicon.words["military"] or tokens.words[at] in lexicon.words["short"]
    if code and not stated and tokens.gap(at, at + 1) in (" ", "-") and tokens.gap(at + 1, phrase.first) == " ":
        phrase.first = at


def _others(tokens: Tokens, group: Sequence[Term]) -> Iterator[Phrase]:
    """Read "Patriot and other leading world systems": a bare "systems" is of the kind that stands before "other"."""
    last = group[-1]
    if last.entry.context != "after" or not tokens.phrases:
        return
    for at in range(last.first - 1, max(0, last.first - 4), -1):
        if tokens.words[at] == "other" and tokens.word(at - 1) in ("and", "or") and tokens.phrases[-1].last == at - 1:
            kind = tokens.phrases[-1].category
            yield Phrase(at + 1, last.last, [last], kind, last.entry, rule="and_other")


def _groups(tokens: Tokens, terms: Sequence[Term]) -> Iterator[list[Term]]:
    group: list[Term] = []
    for term in _unbracketed(tokens, terms):
        if group and not (
            _LOOSE.fullmatch(gap := tokens.gap(group[-1].last - 1, term.first)) or _BRACKETS.fullmatch(gap)
        ):
            yield group
            group = []
        group.append(term)
    if group:
        yield group


def _unbracketed(tokens: Tokens, terms: Sequence[Term]) -> Iterator[Term]:
    """Leave out a term that only says again, in brackets, what stands before it.

    "a first-person-view (FPV) drone", "FPV (first-person view) drones", "25 multiple launch rocket systems (MLRS)".
    """
    before: Term | None = None
    for term in terms:
        opens = before is not None and term.first and _OPENS.fullmatch(tokens.gap(term.first - 1, term.first))
        closes = tokens.sentence.text[tokens.ends[term.last - 1] :].startswith(")")
        if before and opens and closes and before.last == term.first and _says_again(before.entry, term.entry):
            continue
        yield term
        before = term


def _says_again(entry: Entry, other: Entry) -> bool:
    if entry.system or other.system:
        return entry.system is other.system
    return entry.category is other.category or "modifier" in (entry.kind, other.kind)


def _segments(group: Sequence[Term]) -> Iterator[list[Term]]:
    """Cut a group where another weapon is named: a second name, or a name behind a class that it is none of."""
    segment: list[Term] = []
    system: System | None = None
    kind: WeaponCategory | None = None
    for term in group:
        named = term.entry.system
        if named and ((system and system is not named) or (kind and kind != named.category)):
            yield segment
            segment, system, kind = [], None, None
        segment.append(term)
        system = named or system
        kind = term.entry.category if term.entry.kind == "class" else kind
    if segment:
        yield segment


def _clashes(named: Term, noun: Term) -> bool:
    """Tell whether a doubtful name and the noun beside it are two things: "Taurus pistol", "Trauma Hawk helicopter"."""
    allowed = _BESIDE.get(noun.entry.category) if noun.entry.category and noun.entry.kind == "class" else None
    return named.entry.ambiguous and (
        noun.entry.context == "armed" or (allowed is not None and named.entry.category not in allowed)
    )


def _phrase(segment: Sequence[Term]) -> Phrase | None:
    """Make a phrase of the terms from its name, or its first adjective, to its last noun."""
    named = next((term for term in segment if term.entry.system), None)
    if named and any(_clashes(named, term) for term in segment):
        segment = [term for term in segment if not term.entry.system]
        named = None
    nouns = [at for at, term in enumerate(segment) if term.entry.kind in ("system", "class")]
    if not nouns:
        return None
    terms = list(segment[nouns[0] if named else 0 : nouns[-1] + 1])
    own = [t.entry for t in terms if t.entry.kind == "class" and t.entry.context != "after"]
    if not named and not own and not any(t.entry.category for t in terms if t.entry.kind == "modifier"):
        return None
    head = named.entry if named else own[-1] if own else terms[-1].entry
    context = own[0].context if len(own) == 1 and not named else ""
    return Phrase(terms[0].first, terms[-1].last, terms, _category(terms, head), head, named, context)


def _category(terms: Sequence[Term], head: Entry) -> WeaponCategory:
    """Take the head's category; what stands in front makes a missile a ballistic one."""
    category = head.category or WeaponCategory.WEAPON_GENERIC
    if head.system or category not in _MISSILES:
        return category
    made = [t.entry.category for t in terms if t.entry.kind == "modifier" and t.entry.category]
    if WeaponCategory.MISSILE_HYPERSONIC in made:
        return WeaponCategory.MISSILE_HYPERSONIC
    return made[0] if made else category


def _coordinate(tokens: Tokens, before: Sequence[Term], phrase: Phrase) -> None:
    """Let "ballistic and cruise missiles" be one phrase."""
    if any(t.entry.kind != "modifier" for t in before):
        return
    if not _AND.fullmatch(fold(tokens.gap(before[-1].last - 1, phrase.first))):
        return
    how = before[-1].entry.coordinates
    if how == "yes" or (how == "number" and tokens.word(before[0].first - 1)[:1].isdigit()):
        phrase.first = before[0].first
        phrase.terms = [*before, *phrase.terms]
        phrase.category = _category(phrase.terms, phrase.head)
