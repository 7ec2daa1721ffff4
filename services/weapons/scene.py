"""A sentence prepared for the rules: cue words, distances, clause boundaries, numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from typing import NamedTuple

from contracts.weapons import WeaponCategory, WeaponRole
from services.text.lazy import lazy
from services.text.numbers import Number, find_numbers
from services.weapons.lexicon import Cue, Lexicon
from services.weapons.scan import Phrase, Tokens

_CLAUSE = 5  # cost of a clause boundary
_ADJECTIVES = 5  # tokens between a preposition and the weapon that it leads to
_HEADING = 15  # tokens that may stand over a list of losses
_PASSED = frozenset({"a", "an", "the", "and", "or", "their", "its", "his", "our"})
_ARTICLES = frozenset({"a", "an", "the"})
_JOINS = frozenset({"and", "or", "of", "all", "both", "only", "even", "just"})
_ITEM_MARK = re.compile(r"\s*(?:[•*‣▪·●◦►]|[-–—]\s|\d{1,2}[.)]\s)")
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_BREAK = re.compile(r"[;:—–]|\s-\s")
_PAST = re.compile(r"(?:ed|en|wn|nt|ot|ught|ung|old|ut|et|eld|ost|elt|own|un|sank|sunk)$")
_STRIKES = frozenset({WeaponRole.HIT, WeaponRole.ATTACK_MEANS, WeaponRole.DESTROYED})
_LED = frozenset("on of in for by from after during against into under".split())
_TO_STRIKE = frozenset({"to", "missile", "missiles", "drones", "rockets", "forces", "troops"})
_SUBJECTS = frozenset({"that", "this", "these", "those", "another"})
_COLLECTIVE = frozenset(
    {WeaponCategory.WEAPON_GENERIC, WeaponCategory.EXPLOSIVE, WeaponCategory.CHEMICAL, WeaponCategory.CLUSTER_MUNITION}
)


class Found(NamedTuple):
    """A cue over ``tokens[first:last]``."""

    first: int
    last: int
    cue: Cue


class Scene:
    """A sentence with its phrases and all that the rules ask of it, each answered in constant time."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon, carried: WeaponRole | None) -> None:
        self.tokens = tokens
        self.words = tokens.words
        self.lexicon = lexicon
        self.carried = carried if _ITEM_MARK.match(tokens.sentence.text) else None
        inside = [False] * len(tokens.words)
        for phrase in tokens.phrases:
            inside[phrase.first : phrase.last] = [True] * (phrase.last - phrase.first)
        self.phrases_before = [0, *accumulate(inside)]
        self.noun_at = frozenset(p.last for p in tokens.phrases if _stands_before(tokens, p, lexicon))
        self.cues = [
            f for f in find_cues(tokens, lexicon, inside) if f.first not in self.noun_at or f.cue.governs == "after"
        ]
        self.firsts = [found.first for found in self.cues]
        lists, around = lexicon.words["list"], ["", *tokens.words, ""]
        self._light = [
            w in lists or around[at] == "well" or around[at + 2] == "well" for at, w in enumerate(self.words)
        ]
        counts = [
            not (held or light or word[0].isdigit())
            for held, light, word in zip(inside, self._light, self.words, strict=True)
        ]
        self.weight = [0, *accumulate(counts)]
        self.clauses = [0, *accumulate(self._opening_clauses())]

    @lazy
    def numbers(self) -> list[Number]:
        """The counts of the sentence, in order."""
        return find_numbers(self.tokens.sentence.text)

    @lazy
    def losses_from(self) -> int | None:
        """Where a list of losses begins, behind its colon: "Enemy losses on Monday: nine tanks, ..."."""
        head = self.words[:_HEADING]
        if "losses" not in head:
            return None
        at = head.index("losses")
        colons = (k for k in range(at + 1, min(len(self.words), at + _HEADING)) if ":" in self.tokens.gap(k - 1, k))
        return next(colons, None)

    @lazy
    def number_ends(self) -> list[int]:
        """Where they end."""
        return [number.end for number in self.numbers]

    def _opening_clauses(self) -> list[bool]:
        """Tell of each word whether a clause begins with it."""
        text, openers = self.tokens.sentence.text, self.lexicon.words["clause"]
        opens = [word in openers and not light for word, light in zip(self.words, self._light, strict=True)]
        for at, (end, start) in enumerate(zip(self.tokens.ends, self.tokens.starts[1:], strict=False), start=1):
            if start - end > 1 or text[end:start] != " ":
                opens[at] = opens[at] or _BREAK.search(text, end, start) is not None
        return opens

    def is_light(self, at: int) -> bool:
        """Tell whether a word holds a list together: "and", "including", "as well as"."""
        return self._light[at]

    def cost(self, left: int, right: int) -> int:
        """Measure how far two places are apart: list items count nothing, clause boundaries much."""
        return self.weight[right] - self.weight[left] + _CLAUSE * (self.clauses[right] - self.clauses[left])

    def cues_between(self, first: int, last: int) -> Sequence[Found]:
        """Return the cues that begin in a stretch of tokens."""
        return self.cues[bisect_left(self.firsts, first) : bisect_left(self.firsts, last)]

    def has_phrase(self, first: int, last: int) -> bool:
        """Tell whether a weapon stands in a stretch of tokens."""
        return self.phrases_before[last] > self.phrases_before[min(first, last)]

    def said(self, at: int, name: str) -> bool:
        """Tell whether the token at a place is of a set of words."""
        return self.tokens.word(at) in self.lexicon.words[name]

    def qualifies(self, phrase: Phrase, name: str) -> bool:
        """Tell whether a phrase stands before a noun of a set: "arms deliveries"."""
        return phrase.last in self.noun_at and self.said(phrase.last, name)

    def is_past(self, at: int) -> bool:
        """Tell whether a verb looks like a past participle."""
        return _PAST.search(self.tokens.word(at)) is not None

    def is_passive(self, found: Found) -> bool:
        """Tell whether a form of "be" stands before a verb that is no "-ing": "were shooting down" acts."""
        if self.words[found.first].endswith("ing"):
            return False
        return any(self.said(at, "be") for at in range(max(0, found.first - 2), found.first))

    def is_led_by(self, phrase: Phrase, prepositions: AbstractSet[str]) -> bool:
        """Tell whether a preposition leads to the phrase over nothing but adjectives and numbers."""
        for at in range(phrase.first - 1, max(-1, phrase.first - 1 - _ADJECTIVES), -1):
            if self.words[at] in prepositions:
                return self.words[at + 1] not in ("least", "most")  # "fired at least 40 missiles"
            if self.words[at] in _ARTICLES and self.tokens.word(at - 1) not in prepositions | _JOINS:
                return False  # "by warplanes a helicopter was downed"
            if self._acts_at(at, phrase):
                return False  # "armed with machine guns downed three drones"
            measures = self.words[at] == "of" and any(self.said(at - 1, s) for s in ("unit", "measure", "amount"))
            if self.said(at, "function") and self.words[at] not in _PASSED and not measures:
                return False
        return False

    def _acts_at(self, at: int, phrase: Phrase) -> bool:
        """Tell whether a word with a weapon in front of it is a verb: what stands behind it belongs to the verb."""
        acts = any(f.cue.governs == "object" for f in self.cues_between(at, at + 1))
        if acts and self.words[at].endswith("ing"):
            return True  # "credited with destroying tanks"
        return acts and self.has_phrase(at - 1, at) and self.is_past(at) and at < phrase.first


def find_cues(tokens: Tokens, lexicon: Lexicon, inside: Sequence[bool] = ()) -> list[Found]:
    """Find the words that say what is done with weapons, the longest at each place, outside the weapons themselves."""
    cues: list[Found] = []
    at, count = 0, len(tokens.words)
    while at < count:
        node = lexicon.cues.get(tokens.words[at])
        if node is not None and ((inside and inside[at]) or _is_compound(tokens, at) or _is_post(tokens, lexicon, at)):
            node = None  # within a weapon, or a compound: "UK-supplied" says nothing of what is done now
        leaf: Sequence[Cue] = ()
        last = step = at + 1
        while node is not None:
            if "" in node:
                last, leaf = step, node[""]
            node = node.get(tokens.words[step]) if step < count and tokens.gap(step - 1, step).isspace() else None
            step += 1
        if leaf and last == at + 1 and _is_other_noun(tokens, at):
            leaf = ()
        if leaf and last == at + 1 and _is_noun(tokens, lexicon, at):
            leaf = [cue for cue in leaf if cue.role not in _STRIKES]
        cues.extend(Found(at, last, cue) for cue in leaf)
        at = last
    return cues


def _is_noun(tokens: Tokens, lexicon: Lexicon, at: int) -> bool:
    """Tell "restrictions on strikes" from the verb: a preposition or an article stands in front."""
    if tokens.words[at] not in lexicon.words["attack_noun"]:
        return False
    before = tokens.word(at - 1)
    led = before in _LED and not tokens.words[at].endswith("ing")  # "by shelling villages"
    return led or before in lexicon.words["determiner"] - _SUBJECTS or _is_night_strike(tokens, lexicon, at)


def _is_night_strike(tokens: Tokens, lexicon: Lexicon, at: int) -> bool:
    """Tell the noun behind an adjective: "during overnight strikes", "in a night strike"."""
    word, before, led = tokens.words[at], tokens.word(at - 1), tokens.word(at - 2)
    if word not in ("strike", "strikes") or not before or before in lexicon.words["function"] or before in _TO_STRIKE:
        return False
    return led in _LED or (word == "strike" and led in ("a", "an", "the") and before[-1] != "s")


def _is_other_noun(tokens: Tokens, at: int) -> bool:
    """Tell "a fire at a depot" and "a stockpile of missiles" from the verbs."""
    if tokens.words[at] in ("fire", "field"):
        return tokens.word(at - 1) in ("a", "the")
    return tokens.words[at] == "stockpile" and tokens.word(at + 1) == "of"


def _is_post(tokens: Tokens, lexicon: Lexicon, at: int) -> bool:
    """Tell a noun from a verb: "mobile firing groups shot down", "left their firing positions"."""
    return tokens.words[at] in ("fire", "firing") and tokens.word(at + 1) in lexicon.words["posts"]


def _is_compound(tokens: Tokens, at: int) -> bool:
    """Tell whether a hyphen joins a word to the one before it, save that "test-fired" is "fired"."""
    return at > 0 and tokens.gap(at - 1, at) == "-" and tokens.words[at - 1] != "test"


def _stands_before(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Tell whether a phrase qualifies the noun behind it: "missile strike on", but not "missile strikes a"."""
    at, sets = phrase.last, lexicon.words
    if at >= len(tokens.words) or not tokens.gap(at - 1, at).lstrip("\"'”’").isspace():
        return False
    if tokens.words[at] not in sets["attack_noun"] and tokens.words[at] not in sets["other_noun"]:
        return False
    if phrase.plural and phrase.category not in _COLLECTIVE:
        return False
    if at + 1 >= len(tokens.words) or not tokens.words[at].endswith(("s", "hit", "fire")):
        return True
    following = tokens.words[at + 1]
    is_object = following in sets["determiner"] or following[0].isdigit() or _is_name(tokens, at + 1)
    return not (is_object and tokens.gap(at, at + 1).isspace())


def _is_name(tokens: Tokens, at: int) -> bool:
    """Tell whether a word is the name of what is hit: "a missile hit Kramatorsk", but not "missile attacks Monday"."""
    return tokens.raw(at)[0].isupper() and not tokens.shouted and tokens.words[at] not in _DAYS
