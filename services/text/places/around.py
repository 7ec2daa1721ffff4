"""What stands around a name: words that make it a place, a person, a team, a ship, a thing."""

from __future__ import annotations

import re

from contracts.places import PlacePrecision
from services.text.gazetteer import COMMON_WORD, DEMONYM, GIVEN_NAME, NO_PLACE, SURNAME, THING_AFTER, UNIT_WORD
from services.text.places.line import Line, Token
from services.text.places.mentions import Clues, Mention
from services.text.places.names import MISSPELT, Names
from services.text.places.told import told_of
from services.text.places.words import small_words

_SCORE = re.compile(r" \d{1,2}[-–]\d{1,2}(?![\w-])")
_DESIGNATED = re.compile(r"[-‐‑]\d{1,3}\b(?!st|nd|rd|th)")  # a missile's or an aircraft's number: "Hwasong-19"
# Behind the name of an agency that is a town's as well: "Sana news agency", "Petra reported", "(SANA)".
_AGENCY = re.compile(
    r"(?:['’]s)?(?: state)?(?:-run)?(?: news)? agency\b|(?:['’]s)? (?:correspondent|reporter)s?\b"
    r"|,? (?:also |has |had )?(?:said|says|reported|reports|quoted|cited|citing|quoting|added)\b"
)
_YEMENI = re.compile(r",? \((?!SANA)|, Yemen")  # a dateline
_TO_THE_PRESS = re.compile(
    r"\b(?:[Aa]gency|[Aa]ccording to|told|quoted by|reported by|cited by|by news agency)[ ,(“\"]*$"
)
# Behind a name that is a street's, and behind the first word of a longer name: "Bab Touma", "Tal Rifaat".
_ROAD = re.compile(r" (?:Street|Avenue|Boulevard)\b")
_GOES_ON = re.compile(r"[ -](?:[a-z]{2}-)?[A-Z][a-z]")
_NAMESAKE = -6.0  # the evidence of a thing that is named after a place
_SHORT = 4
_EXPECTED, _FEWEST_LETTERS = 1.2, 5  # what a name of a country at war says more for it, if so long
_KNOWN = 3.0  # the rank from which other spellings do, too
_OWN = 0.6  # what a word before a name says more for it if none but places bear it
_AGED = re.compile(r", (?:aged )?\d{1,2},(?!\d)")  # behind a person's name
_NUMBERED = re.compile(r"\d{1,3}(?:st|nd|rd|th)")  # a unit of soldiers
_ECHELON_WITHIN = 4
_LETTERS = frozenset({"car", "us"})  # countries by their letters, which are words where they are not all capitals
_APPOSED = re.compile(r", (?:a|an|her|his|the|their) (?:[\w-]+ )?([\w-]+)(?=,| (?:of|from|who|aged|in|and)\b|\W*\Z)")


class Around:
    """Weighs the names of one article by the words around them, and notes its persons on the way."""

    def __init__(self, names: Names, clues: Clues) -> None:
        self._names = names
        self._clues = clues
        self._words = small_words()

    def weigh(self, line: Line, at: int, mention: Mention) -> float:
        """Sum up what stands before, in and after a name."""
        evidence = self._weigh_before(line, at, mention) + self._weigh_after(line, at, mention)
        evidence += told_of(line, at, mention, self._names)
        evidence += _EXPECTED * (not line.loud and self._is_expected(mention))
        if mention.words > 1:
            evidence += 0.4 if mention.name.flags & COMMON_WORD else 1.0
        elif mention.name.flags & COMMON_WORD and not self._names.is_country(mention.name):
            evidence -= 2.5 + 1.5 * line.titled + 1.0 * (at == 0)
        if mention.name.flags & NO_PLACE or (mention.key in self._words["agency"] and _is_agency(line, mention)):
            evidence -= 6.0
        if line.loud and mention.name.flags & COMMON_WORD and (mention.words > 1 or len(mention.key) <= _SHORT):
            evidence -= 3.0  # "CUT OFF", "CAR"
        if mention.words == 1 and mention.key in _LETTERS and not line.tokens[at].text.isupper():
            evidence -= 6.0  # "Car Bomb Kills Two", "Help Us"
        if mention.name.flags & MISSPELT:
            evidence -= 1.5
        return evidence - 1.0 * (line.loud and mention.words == 1) - 1.2 * line.quiet

    def _is_expected(self, mention: Mention) -> bool:
        """Tell whether a name is only a place's, of a country at war: news of wars names villages, too."""
        if len(mention.key) < _FEWEST_LETTERS or mention.key in self._clues.persons:
            return False
        _, rank, alternate = mention.name.places[0] if mention.name.places else (0, 0.0, True)
        known = not alternate or rank >= _KNOWN
        return known and self._names.is_only_a_place(mention.name, mention.key) and self._names.is_at_war(mention.name)

    def _weigh_before(self, line: Line, at: int, mention: Mention) -> float:
        """Weigh the word before a name: "in" speaks for a place, "Mr" and "Abraham" for a person."""
        if at == 0:
            return 0.0
        before, gap = line.tokens[at - 1], line.gap(at)
        if gap == "-":
            return -0.5 * (not self._names.is_country(mention.name))
        if gap not in {" ", "\n", "\u00a0", ". "}:
            return 0.0
        led = self._weigh_lead(before, mention)
        if led:
            return led
        if before.key == "the":
            return self._weigh_with_article(line, at, mention)
        return self._weigh_person_before(line, at, mention)

    def _weigh_lead(self, before: Token, mention: Mention) -> float:
        """Weigh a word that settles by itself what the name after it is: "near", "seized"; "cruiser", "bin"; else 0."""
        words, key = self._words, before.key
        if key in words["vessel"]:
            self._clues.persons.add(mention.key)
            return _NAMESAKE
        if key in words["before_place"]:
            return 1.0 + _OWN * (
                key not in words["before_any"] and self._names.is_only_a_place(mention.name, mention.key)
            )
        if key in words["taking"] and not before.capital:
            return 0.8 + _OWN * self._names.is_only_a_place(mention.name, mention.key)
        return -4.0 * (key in words["kinship"])

    def _weigh_person_before(self, line: Line, at: int, mention: Mention) -> float:
        """Weigh the word before a name as part of a person's: a title, a given name, another word with a capital."""
        before = line.tokens[at - 1]
        if mention.words > 1:
            nisba = mention.words == 2 and before.capital and line.key(at) in self._words["article"]
            return -1.5 * (nisba and bool(self._names.flags(before) & GIVEN_NAME))  # "Ahmed al-Kurdi"
        if before.capital and before.key in self._words["club"]:
            return -4.0
        if before.key in self._words["before_person"] and (before.capital or before.key in {"named", "called"}):
            self._clues.persons.add(mention.key)
            return -3.0
        if not before.capital or line.titled or line.gap(at) == ". ":
            return 0.0
        flags = self._names.flags(before)
        if flags & GIVEN_NAME and not flags & (NO_PLACE | COMMON_WORD) and not self._names.is_country(mention.name):
            self._clues.persons.add(mention.key)
            return -3.0
        explained = flags & (DEMONYM | COMMON_WORD | NO_PLACE) or self._names.known(before.key) is not None
        return 0.0 if at == 1 or explained else -1.5

    def _weigh_with_article(self, line: Line, at: int, mention: Mention) -> float:
        """Weigh "the" before a name: against a town, unless a noun behind it needs the article."""
        if self._is_before(line, at, mention) or told_of(line, at, mention, self._names):
            return 0.5
        if self._names.precision(mention.name) is not PlacePrecision.SETTLEMENT:
            return 0.0
        return -1.5 - 3.0 * self._is_old_name_of_works(line, at, mention)

    def _is_before(self, line: Line, at: int, mention: Mention) -> bool:
        """Tell whether a noun stands behind a name that only a place's takes with "the": "the Kupiansk axis"."""
        after = at + mention.words
        return (
            after < len(line.tokens) and line.gap(after) == " " and line.tokens[after].key in self._words["around_it"]
        )

    def _is_old_name_of_works(self, line: Line, at: int, mention: Mention) -> bool:
        """Tell whether a name that a town bears beside another is that of works: "the Ordzhonikidze shipyard"."""
        after = at + mention.words
        beside = after < len(line.tokens) and line.gap(after) == " " and line.tokens[after].key in self._words["works"]
        return beside and mention.name.places[0][2]

    def _is_of_sport(self, line: Line, next_at: int, end: int) -> bool:
        """Tell whether a name is a team's: a score stands behind it, or "City" in a sentence with a score."""
        text = line.sentence.text
        if _SCORE.match(text, end):
            return True
        after = line.tokens[next_at] if next_at < len(line.tokens) and line.gap(next_at) == " " else None
        named = after is not None and after.capital and after.key in self._words["club_after"]
        return named and _SCORE.search(text) is not None

    def _is_person_or_thing(self, line: Line, at: int, next_at: int, end: int) -> bool:
        """Tell whether what surrounds a name makes it a person's, a ware's, a ship's or a unit's.

        "Hama, a boy of nine", "Mosul, 31, a driver"; "the Fara family"; "Aleppo soap"; "the Belgorod submarine";
        "the Kharkiv battalion", "the 112th Kyiv Territorial Defence Brigade".
        """
        text, words = line.sentence.text, self._words
        if text.startswith(", ", end):
            apposed = _APPOSED.match(text, end)
            return bool(_AGED.match(text, end)) or (apposed is not None and apposed[1] in words["personal"])
        if next_at == line.count or line.gap(next_at) != " ":
            return False
        after, before = line.tokens[next_at], line.key(at - 1) if at else ""
        if before in {"the", "al"} and after.key in words["household"]:
            return True
        if before == "the" and (after.key in words["vessel"] or after.key in words["troop"]):
            return True
        if _NUMBERED.fullmatch(before):
            last = min(line.count, next_at + _ECHELON_WITHIN)
            return any(line.key(k) in words["echelon"] for k in range(next_at, last))
        return after.key in words["ware"] and not after.capital

    def _is_within_a_name(self, line: Line, mention: Mention) -> bool:
        """Tell whether a name is a street's, or the first word of another: ``Bab Touma``, ``Tal Rifaat``."""
        text, end = line.sentence.text, mention.end - line.sentence.start
        generic = mention.key in self._words["generic"] and not line.titled
        return bool(_ROAD.match(text, end) or (generic and _GOES_ON.match(text, end)))

    def _weigh_after(self, line: Line, at: int, mention: Mention) -> float:
        """Weigh the word after a name: "virus" makes it a thing, "Hilton" a person."""
        next_at, country = at + mention.words, self._names.is_country(mention.name)
        after = line.tokens[next_at] if next_at < len(line.tokens) and line.gap(next_at) == " " else None
        end = mention.end - line.sentence.start
        if _DESIGNATED.match(line.sentence.text, end) or self._is_within_a_name(line, mention):
            return _NAMESAKE
        before = line.tokens[at - 1].key if at else ""
        led = before in self._words["before_place"] and before not in self._words["before_any"]
        if not led and (
            self._is_of_sport(line, next_at, end) or (not country and self._is_person_or_thing(line, at, next_at, end))
        ):
            return _NAMESAKE
        evidence = 0.0
        if mention.words == 1 and mention.name.flags & (GIVEN_NAME | SURNAME) and not country:
            evidence -= 2.0 if mention.name.places and mention.name.places[0][2] else 0.7
        if after is None:
            return evidence
        flags = self._names.flags(after)
        if after.key in self._words["disease"] or (flags & THING_AFTER and after.capital):
            evidence -= 3.0
        if mention.words > 1 or not mention.name.flags & GIVEN_NAME or not after.capital or line.titled:
            return evidence
        surname = flags & SURNAME and not flags & (NO_PLACE | UNIT_WORD | DEMONYM)
        unheard_of = self._names.gazetteer.lookup(after.key) is None and after.key not in self._words["before_person"]
        other = flags & (NO_PLACE | COMMON_WORD | UNIT_WORD | DEMONYM) or after.key in self._words["before_person"]
        if surname or unheard_of:
            evidence -= 5.0 if country else 4.0
        elif not country and not other:
            evidence -= 2.0
        else:
            return evidence
        self._clues.persons.add(after.key)
        return evidence


def _is_agency(line: Line, mention: Mention) -> bool:
    """Tell a news agency from the town of its name: ``Sana reported``, ``told Petra``; in capitals ``SANA`` is none."""
    text, start, end = line.sentence.text, mention.start - line.sentence.start, mention.end - line.sentence.start
    if text[start:end] == "SANA" and not line.loud:
        return not _YEMENI.match(text, end)
    return bool(_AGENCY.match(text, end) or _TO_THE_PRESS.search(text[max(0, start - 20) : start]))
