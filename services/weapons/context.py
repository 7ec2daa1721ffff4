"""Weapon or not: the tests that doubtful words and names have to pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contracts.weapons import WeaponCategory
from services.weapons.lexicon import Lexicon
from services.weapons.scan import Phrase, Tokens

_SHORT = 3  # letters of "ARs" and the like, which may be anything
_NATIONAL = ("ian", "ish", "ese", "an", "li", "qi", "ni", "ch", "man")
_CIVIL = frozenset(
    {WeaponCategory.SMALL_ARMS, WeaponCategory.WEAPON_GENERIC, WeaponCategory.SHIP, WeaponCategory.AMMUNITION}
)
_SAME = frozenset({"the", "this", "that"})
_LOST = frozenset({"lost", "lose", "loses", "losing", "loss", "losses"})  # "the army has lost a helicopter"
_FLIERS = frozenset({WeaponCategory.AIRCRAFT, WeaponCategory.HELICOPTER, WeaponCategory.DRONE})


@dataclass(frozen=True, slots=True)
class Case:
    """A doubtful phrase with what is known of its sentence.

    ``words`` are the sentence's, ``sure`` the kinds of sure weapons in it; ``near``: there is one in it or just before;
    ``told``: the kinds of those just before; ``fleet``: a warship was told of earlier in the article.
    """

    tokens: Tokens
    phrase: Phrase
    lexicon: Lexicon
    words: frozenset[str]
    sure: frozenset[WeaponCategory]
    near: bool
    fleet: bool
    told: frozenset[WeaponCategory] = frozenset()

    def before(self, reach: int) -> frozenset[str]:
        """Return the words in front of the phrase."""
        return frozenset(self.tokens.words[max(0, self.phrase.first - reach) : self.phrase.first])

    def is_counted(self) -> bool:
        """Tell whether a number stands in front of the phrase."""
        return any(word[0].isdigit() or word in self.lexicon.words["number"] for word in self.before(3))

    def said(self, name: str) -> bool:
        """Tell whether the sentence has a word of a set."""
        return not self.words.isdisjoint(self.lexicon.words[name])


def settle(sentences: Sequence[Tokens], lexicon: Lexicon) -> None:
    """Accept phrases: sure ones first, then those that the article or their neighbours speak for; drop the others."""
    for tokens in sentences:
        tokens.phrases = [phrase for phrase in tokens.phrases if not _is_no_weapon(tokens, phrase, lexicon)]
        for phrase in tokens.phrases:
            phrase.accepted = _is_sure(tokens, phrase, lexicon)
    known = {p.named.entry.system for t in sentences for p in t.phrases if p.accepted and p.named}
    before: frozenset[WeaponCategory] = frozenset()
    fleet = False
    for tokens in sentences:
        for phrase, following in pairwise(tokens.phrases):
            if phrase.named and not phrase.accepted and _shares_class(tokens, phrase, following):
                phrase.accepted, phrase.rule = True, "name_with_class"
        sure = frozenset(phrase.category for phrase in tokens.phrases if phrase.accepted)
        words = frozenset(tokens.words) if tokens.phrases else frozenset()
        for phrase in tokens.phrases:
            if phrase.accepted:
                continue
            case = Case(tokens, phrase, lexicon, words, sure, bool(sure or before), fleet, before)
            if phrase.named:
                is_known = phrase.named.entry.system in known
                phrase.accepted = _is_free(case) and (is_known or _is_at_war(case))
                phrase.rule = "known_in_article" if is_known else "name_in_context"
            elif phrase.context:
                phrase.accepted = _TESTS[phrase.context](case)
                phrase.rule = f"class_{phrase.context}"
        tokens.phrases = [phrase for phrase in tokens.phrases if phrase.accepted]
        before, fleet = sure, fleet or WeaponCategory.SHIP in sure


def _shares_class(tokens: Tokens, phrase: Phrase, following: Phrase) -> bool:
    """Read "Arrow and David's Sling systems": the class behind the second name is the first one's as well."""
    joined = following.first - phrase.last == 1 and tokens.words[phrase.last] in ("and", "or")
    if not joined or not following.accepted or following.rule != "name_with_class":
        return False
    return phrase.category is following.category and tokens.raw(phrase.first)[0].isupper() and len(phrase.terms) == 1


def _is_no_weapon(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Tell whether a word for a weapon only describes ("missile-armed"), or is a verb ("they shell those areas")."""
    at, last = phrase.first, phrase.last
    if tokens.words[at] in _TANKS and last - at == 1 and _holds_liquid(tokens, lexicon):
        return True
    if last < len(tokens.words) and tokens.gap(last - 1, last) == "-":
        return tokens.words[last] in lexicon.words["armed_with"]
    if phrase.named or last - at > 1 or tokens.words[at] not in _VERBS or last >= len(tokens.words):
        return False
    if tokens.gap(last - 1, last) != " ":
        return False
    before = tokens.word(at - 1)
    named = tokens.raw(last)[0].isupper() and not tokens.shouted
    said = before.endswith("ly") or before in _BEFORE_VERBS or tokens.words[last] in _TOWNS
    if before.endswith("s") and (named or said):
        return True  # "Russians shell Nikopol"
    return said and tokens.words[last] in _OBJECTS  # "they shell the area"


def _holds_liquid(tokens: Tokens, lexicon: Lexicon) -> bool:
    """Tell whether tanks of a refinery are told of, and no armour."""
    words = lexicon.words
    return not words["liquid"].isdisjoint(tokens.words) and words["armour"].isdisjoint(tokens.words)


_TANKS = frozenset({"tank", "tanks"})
_VERBS = frozenset({"shell", "mine", "mortar", "bomb"})
_OBJECTS = frozenset("the a those these their this that our his its them civilian residential areas".split())
_TOWNS = frozenset("villages towns cities districts positions homes houses settlements neighbourhoods areas".split())
_BEFORE_VERBS = frozenset("to they we who that often still also not will would could can continue".split())


def _is_sure(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    if not phrase.named:
        return not phrase.context and not _is_proper(tokens, phrase)
    entry, named = phrase.named.entry, range(phrase.named.first, phrase.named.last)
    if any(term.entry.kind == "class" for term in phrase.terms):
        phrase.rule = "name_with_class"
        return not entry.upper or _capitals(tokens.raw(at) for at in named)
    phrase.rule = "alias"
    if entry.ambiguous:
        return False
    if entry.lower or any(tokens.words[at][0].isdigit() for at in named):
        return True
    return any(tokens.raw(at)[0].isupper() for at in named) and _stands_free(tokens, phrase, lexicon)


def _capitals(written: Iterable[str]) -> bool:
    """Tell whether a name is in capitals, save for the "s" of a plural: "KABs"."""
    name = "".join(written)
    return name.isupper() or (len(name) > _SHORT and name[-1] == "s" and name[:-1].isupper())


def _is_proper(tokens: Tokens, phrase: Phrase) -> bool:
    """Tell whether a class word is written as a name ("the Shell station", "Charles Cannon was")."""
    at = phrase.last - 1
    if tokens.shouted or phrase.plural or at != phrase.first or not at or not tokens.raw(at).istitle():
        return False
    return tokens.gap(at - 1, at) == " " and at + 1 < len(tokens.words) and tokens.raw(at + 1)[0].islower()


def _stands_free(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Refuse a name that is a part of another one: "Elliott Abrams", "Patriot Day", "Mr. Buk"."""
    first, last = phrase.first, phrase.last
    before = tokens.word(first - 1)
    if before in lexicon.words["person_title"] or tokens.word(last) in lexicon.words["surroundings"]:
        return False
    if tokens.shouted:
        return True
    if last < len(tokens.words) and tokens.gap(last - 1, last) in (" ", "-") and tokens.raw(last)[0].isupper():
        return False
    if (
        not phrase.head.ambiguous
        or not first
        or not tokens.raw(first - 1)[0].isupper()
        or tokens.gap(first - 1, first) not in (" ", "-", ". ")
    ):
        return True
    return (
        tokens.raw(first - 1).isupper()
        or before.endswith(_NATIONAL)
        or before in lexicon.operators
        or before in lexicon.words["function"]
        or before in lexicon.words["military"]
    )


def _is_free(case: Case) -> bool:
    """Tell whether a doubtful name is written as the catalogue writes it, and is no part of another."""
    tokens, phrase = case.tokens, case.phrase
    written = [tokens.raw(at) for at in range(phrase.first, phrase.last)]
    capitals = _capitals(written)
    if phrase.head.context or not written[0][0].isupper() or (capitals != phrase.head.upper and not tokens.shouted):
        return False
    return _stands_free(tokens, phrase, case.lexicon)


def _is_at_war(case: Case) -> bool:
    """Tell whether a name stands beside weapons or acts of war, in a text that is not all capitals."""
    if case.tokens.sentence.text.isupper():
        return False
    under_fire = not case.lexicon.words["attack_noun"].isdisjoint(
        case.tokens.words[case.phrase.last : case.phrase.last + 3]
    )
    counted = bool(case.sure) and case.phrase.plural and case.is_counted()
    return (
        under_fire
        or counted
        or not case.sure <= _CIVIL
        or case.said("war_verb")
        or (_has_cue(case) and (case.said("war") or case.is_counted()))
    )


def _has_cue(case: Case) -> bool:
    """Tell whether words just in front of a name, or just behind it, launch, down, supply or capture something."""
    words, phrase = case.tokens.words, case.phrase
    for word in (*words[max(0, phrase.first - 6) : phrase.first], *words[phrase.last : phrase.last + 3]):
        node = case.lexicon.cues.get(word)
        if node and any(cue.governs == "object" for cue in node.get("", ())):
            return True
    return False


def _military(case: Case) -> bool:
    hostile = not case.before(3).isdisjoint(case.lexicon.words["military"])
    again = case.phrase.category in case.told and not case.before(2).isdisjoint(_SAME)
    lost = not case.before(4).isdisjoint(_LOST) and case.said("war")
    return hostile or again or bool(case.sure) or case.said("war_verb") or lost or len(case.phrase.terms) > 1


def _flier(case: Case) -> bool:
    hostile = not case.before(3).isdisjoint(case.lexicon.words["military"])
    return hostile or not case.sure.isdisjoint(_FLIERS) or len(case.phrase.terms) > 1


def _list(case: Case) -> bool:
    if case.fleet and case.phrase.head.category is WeaponCategory.SHIP and not case.before(1).isdisjoint(_SAME):
        return True
    if not case.before(2).isdisjoint(case.lexicon.words["military"]):
        return True
    return case.near and case.is_counted() and (case.said("aid") or case.tokens.starts[0] > 0)


def _armed(case: Case) -> bool:
    before, words = case.before(3), case.lexicon.words
    if not before.isdisjoint(words["own"]) and before.isdisjoint(words["surrender"]):
        return False
    if case.said("body"):
        return False
    return not before.isdisjoint(words["armed"]) or case.tokens.word(case.phrase.last) in words["arms_after"]


def _noun(case: Case) -> bool:
    tokens, last = case.tokens, case.phrase.last
    ends = last >= len(tokens.words) or not tokens.tight(last) or tokens.words[last] in case.lexicon.words["function"]
    return case.phrase.plural or ends


def _rounds(case: Case) -> bool:
    if any(term.entry.kind == "calibre" for term in case.phrase.terms):
        return True
    return case.phrase.plural and case.tokens.word(case.phrase.last) != "of" and case.said("round_cue")


_TESTS: dict[str, Callable[[Case], bool]] = {
    "after": lambda _: False,
    "armed": _armed,
    "blast": lambda case: case.said("blast"),
    "earthly": lambda case: not case.said("civil") or bool(case.sure),
    "fleet": lambda case: (
        case.tokens.word(case.phrase.first - 1) in case.lexicon.words["fleet"]
        and case.tokens.raw(case.phrase.first).islower()
    ),
    "flier": _flier,
    "list": _list,
    "military": _military,
    "mines": lambda case: case.said("mine_cue"),
    "noun": _noun,
    "rounds": _rounds,
    "upper": lambda case: case.tokens.raw(case.phrase.first).isupper(),
}
