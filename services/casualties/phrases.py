"""A sentence as items (words, counts, ages, phrases) and as noun phrases that may name victims."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.spans import Count, Qualifier
from services.casualties.lexicon import Lexicon, Noun, Trigger, word_set
from services.text.lazy import lazy
from services.text.numbers import Number, Token, find_numbers, tokenize

_MORE = word_set("more other others additional further another")
_MODIFIERS = word_set("shooting stabbing kidnapping")  # "a shooting victim"
_MEMBERS = ("member", "members")
_ALONE = word_set("both all another no neither")
_ORDINALS = {
    word: rank
    for rank, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), start=1
    )
}
_AGES = {
    word: age for age, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_SUFFIXES = ("st", "nd", "rd", "th", "d")  # "the 3d brigade"
_PLURAL_ENDS = ("s", "men", "women", "children", "people", "ese")
_OPENING = {"(": ")", "[": "]"}
_ASIDE = 9  # words in brackets that spell out an abbreviation
# "four teenagers, ages 13 to 17, were hurt": what parts no subject from its verb.
_OF_AGES = re.compile(
    r"(?P<said>(?P<comma>,\s)?(?:all\s|both\s)?(?:(?:ranging\s)?(?:in\s)?ages?\s(?:from\s)?|aged\s"
    r"|ranging\s(?:in\sage\s)?(?:from\s)?|between\sthe\sages\sof\s)(?:\d{1,2}|their\s[\w-]+)"
    r"(?:\s(?:to|and|through)\s|\s?[-–]\s?)(?:(?:their\s)?(?:early\s|late\s|mid[\s-])?\d{1,2}s?)(?:\syears?(?:\sold|\sof\sage)?)?(?(comma),|))"
)
# "a boy born in 2010 was hurt", "two men, born in 1970 and 1983, were": as agencies give ages.
_BORN = re.compile(
    r"(?P<said>(?P<comma>,\s)?(?:both\s)?born\sin\s(?:19|20)\d\d"
    r"(?:(?:,\s(?:19|20)\d\d)*,?\sand\s(?:in\s)?(?:19|20)\d\d)?(?(comma),|))"
)
_BIRTH = re.compile(r"\b(?:19|20)\d\d\b")
_SUBJECTS = word_set("he she they we")
_NAMES_IN_ED = word_set("ahmed mohammed muhammed mohamed hamed khaled waleed rasheed saeed sayed syed reed fred alfred")
_QUOTES = ('"', "“", "”")
_QUOTED = 7  # tokens that quotation marks inside a noun phrase may hold
MONTHS = word_set("jan feb mar apr aug sept sep oct nov dec")
_NO_NAME = word_set("mr mrs ms dr police army")


@dataclass(slots=True)
class Item:
    """A word, a count, an age or a phrase; ``word`` is folded, ``capital`` tells how it begins."""

    start: int
    end: int
    word: str
    capital: bool
    number: Number | None = None
    age: bool = False
    ordinal: int = 0
    trigger: Trigger | None = None
    noun: Noun | None = None
    born: tuple[int, ...] = ()  # the years that stand behind it


@dataclass(slots=True)
class Phrase:
    """A noun phrase over ``items[first:last]``."""

    first: int
    last: int
    head: int
    number: Number | None = None
    determiner: str | None = None
    pronoun: str | None = None
    noun: Noun | None = None
    side: str | None = None
    name: bool = False
    aged: bool = False
    thing: bool = False
    more: bool = False
    ordinal: int = 0
    age: int = 0
    plural: bool = False
    born: int = 0  # years of birth that are told
    inside: Phrase | None = None  # the phrase behind "of"

    @property
    def person(self) -> bool:
        """Tell whether it surely speaks of people."""
        return bool(self.noun or self.aged or self.pronoun or (self.inside and self.inside.person))

    @property
    def pair(self) -> bool:
        """Tell whether it is a couple or twins."""
        return bool(self.noun and self.noun.group == "pair")

    @property
    def household(self) -> bool:
        """Tell whether it is a family: nobody knows of how many."""
        return bool(self.noun and self.noun.group == "family" and not self.inside)

    def count(self, *, plural: bool | None = None) -> Count | None:
        """Say how many it names; ``plural`` is what the verb says. None for a mere thing."""
        if self.determiner == "none" or self.pronoun == "none":
            return Count.exact(0)
        if self.number:
            return self.number.count
        if self.determiner == "both" and not self.name:
            return Count.exact(2)
        if self.pronoun == "plural":
            return Count(qualifier=Qualifier.UNSPECIFIED)
        if self.pair:
            return Count.exact(2)
        if self.household:
            return Count(min=2, qualifier=Qualifier.UNSPECIFIED)
        if self.plural and self.born > 1:
            return Count.exact(self.born)  # "women born in 1949 and 1957"
        if self.plural or (plural and not (self.name or self.determiner or self.aged or self.noun)):
            return Count(min=2, qualifier=Qualifier.UNSPECIFIED)
        return Count.exact(1)


def itemize(text: str, lexicon: Lexicon) -> list[Item]:
    """Turn a sentence into items: counts, ages, hyphenated words and known phrases are one item each."""
    tokens = tokenize(text)
    numbers = {n.start: n for n in find_numbers(text, tokens)}
    aged = any(token.lower in ("old", "olds") for token in tokens)
    triggers, persons, titles, phrases = lexicon.triggers, lexicon.persons, lexicon.said("title"), lexicon.phrases
    aside = {m.start("said"): m.end() for m in _OF_AGES.finditer(text)} if "age" in text or "ranging" in text else {}
    if "born in" in text:
        aside |= {m.start("said"): m.end() for m in _BORN.finditer(text)}
    items: list[Item] = []
    at, count, skipped = 0, len(tokens), False
    while at < count:
        token = tokens[at]
        if token.start in aside:
            end = aside[token.start]
            if items and token.lower in (",", "born", "both"):
                items[-1].born = tuple(int(year) for year in _BIRTH.findall(text, token.start, end))
            while at < count and tokens[at].start < end:
                at += 1
            continue
        number = numbers.get(token.start)
        if number:
            last = at + 1
            while last < count and tokens[last].start < number.end:
                last += 1
            items.append(Item(number.start, number.end, text[number.start : number.end].lower(), False, number))
            at = last
            continue
        last = _age(tokens, at, lexicon) if aged else 0
        if last:
            items.append(Item(token.start, tokens[last - 1].end, tokens[last - 1].lower, False, age=True))
            at = last
            continue
        if not token.lower[0].isalpha():
            last = _ordinal(tokens, at, items) or (_aside(text, tokens, at, lexicon) if items else 0)
            if last:
                at = last
                continue
            if token.lower in _QUOTES and (skipped or (items and _quotes_noun(tokens, at, items[-1], lexicon))):
                skipped = not skipped  # three "terrorists": the marks part no noun phrase
                at += 1
                continue
            if token.lower == "[" and _is_note(tokens, at):
                at += 3
                continue
            if token.lower in "[]":
                at += 1  # what an editor put in is read like the rest: "the massacre [of six monks]"
                continue
        last, word = at + 1, token.lower
        short = len(word) == 1 or word in titles or word in MONTHS
        if short or word in phrases or "’" in word or (last < count and tokens[last].lower in "-–"):
            last, word = (_short(text, tokens, at, lexicon) if short else None) or _phrase(tokens, at, lexicon)
        capital, ordinal = text[token.start].isupper() and word not in MONTHS, _ORDINALS.get(word, 0)
        items.append(
            Item(
                token.start,
                tokens[last - 1].end,
                word,
                capital,
                None,
                False,
                ordinal,
                triggers.get(word),
                persons.get(word),
            )
        )
        at = last
    return items


def _ordinal(tokens: Sequence[Token], at: int, items: list[Item]) -> int:
    """Put ``21st`` among the items and return the token behind it, 0 if there is none."""
    token, last = tokens[at], at + 1
    if not (token.lower.isdecimal() and last < len(tokens)):
        return 0
    suffix = tokens[last]
    if suffix.lower not in _SUFFIXES or suffix.start != token.end:
        return 0
    items.append(Item(token.start, suffix.end, token.lower + suffix.lower, False, ordinal=int(token.lower[:4])))
    return at + 2


def _age(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Return the token behind ``17-year-old``, 0 if there is none."""
    words = [t.lower for t in tokens[at : at + 5]]
    if len(words) < 3 or not (words[0].isdigit() or words[0].isalpha()):
        return 0
    rest = [(w, k) for k, w in enumerate(words) if w not in "-–—"]
    if len(rest) >= 3 and rest[1][0] in lexicon.said("age") and rest[2][0] in ("old", "olds"):
        return at + rest[2][1] + 1
    return 0


def _aside(text: str, tokens: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Return the token behind ``(FMLN)`` or ``[Popular Front]``, which part no noun phrase, 0 if there is none."""
    closing = _OPENING.get(tokens[at].lower)
    if closing is None:
        return 0
    for last in range(at + 1, min(at + (3 if closing == ")" else _ASIDE), len(tokens))):
        token = tokens[last]
        if token.lower == closing:
            return last + 1 if last > at + 1 else 0
        known = token.lower in lexicon.triggers or token.lower in lexicon.persons
        if known or not token.lower.isalpha() or not text[token.start].isupper():
            return 0
        if closing == ")" and not text[token.start : token.end].isupper():
            return 0
    return 0


def _quotes_noun(tokens: Sequence[Token], at: int, before: Item, lexicon: Lexicon) -> bool:
    """Tell whether quotation marks only hold a noun for people behind its figure or article: ``three "rebels"``."""
    if not (before.number or before.word in lexicon.said("determiner")) or before.word in ("that", "this"):
        return False
    for last in range(at + 1, min(at + _QUOTED, len(tokens))):
        if tokens[last].lower in _QUOTES:
            inner = last - 1 - (tokens[last - 1].lower == ",")
            return tokens[inner].lower in lexicon.persons
        if not (tokens[last].lower[0].isalnum() or tokens[last].lower in "-,"):
            return False
    return False


def _is_note(tokens: Sequence[Token], at: int) -> bool:
    """Tell the number of a note, ``[11]`` at the end of a sentence, from one put in: ``at least [9] people``."""
    closed = _folded(tokens, at + 2) == "]" and _folded(tokens, at + 1).isdigit()
    return closed and (at == 0 or not tokens[at - 1].lower[-1].isalnum() or at + 3 >= len(tokens))


def _short(text: str, tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, str] | None:
    """Read ``U.S.``, ``Mr.``, ``Sept. 3`` and the initial in ``Ana B. Ruiz`` with their points."""
    last, word = at, ""
    while (
        last + 1 < len(tokens)
        and tokens[last + 1].lower == "."
        and tokens[last + 1].start == tokens[last].end
        and (len(tokens[last].lower) == 1 and text[tokens[last].start].isupper())
        and (last == at or tokens[last].start == tokens[last - 1].end)
    ):
        word += tokens[last].lower + "."
        last += 2
    if last == at and tokens[at].lower in MONTHS and _folded(tokens, at + 1) == ".":
        return (at + 2, tokens[at].lower) if _folded(tokens, at + 2).isdigit() else None
    if last == at and tokens[at].lower in lexicon.said("title") and at + 1 < len(tokens):
        word, last = tokens[at].lower, at + 2
    ends = last < at + 2 or tokens[last - 1].lower != "." or last >= len(tokens) or not tokens[last].lower[0].isalpha()
    return None if ends else (last, word.removesuffix(".") if len(word) > 2 else word)


def _phrase(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int, str]:
    """Read the longest known phrase, or a hyphenated word, or the bare token."""
    word = tokens[at].lower.replace("’", "'")
    last = at + 1
    if last == len(tokens):
        return last, word
    following = tokens[last].lower.replace("’", "'")
    for parts in lexicon.phrases.get(word, ()):
        if following == parts[1] and all(_folded(tokens, at + k) == p for k, p in enumerate(parts[2:], start=2)):
            return at + len(parts), " ".join(parts)
    if following not in "-–":
        return last, word
    while (
        last + 1 < len(tokens)
        and tokens[last].lower in "-–"
        and tokens[last - 1].end == tokens[last].start
        and tokens[last].end == tokens[last + 1].start
        and tokens[last + 1].lower[0].isalpha()
        and tokens[last - 1].lower[0].isalpha()
    ):
        word += "-" + tokens[last + 1].lower
        last += 2
    return last, word


def _is_capitals(text: str) -> bool:
    """Tell whether four fifths of the letters are capitals."""
    if sum(map(text.count, "aeinorst")) > 0.2 * len(text):  # the same in less time for nearly all sentences
        return False
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) > 0.8 * len(letters)


def _folded(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower.replace("’", "'") if at < len(tokens) else ""


class _Words(dict[int, str]):
    """The folded words of a sentence by index; empty outside it."""

    def __missing__(self, at: int) -> str:
        return ""


class Clause:
    """A sentence under the grammar: its items, and the noun phrases by where they begin and end."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.kinds = lexicon.words
        self.items = itemize(text, lexicon)
        self.capitals = _is_capitals(text[:400])
        self.title = not self.capitals and self._is_title()
        words = [i.word for i in self.items]
        self._words = _Words(enumerate(words))
        self.word: Callable[[int], str] = self._words.__getitem__  # the grammar asks for little else, and often
        self.speakers: dict[int, Phrase | None] = {}  # by the verbs of saying that were asked for
        self.roster = "named" in words and words.count("male") + words.count("female") > 1

    @lazy
    def phrases(self) -> list[Phrase]:
        """The noun phrases, in order; most sentences that are looked at say nothing, and need none."""
        return self._phrases()

    @lazy
    def starting(self) -> dict[int, Phrase]:
        """The noun phrases by the index of their first item."""
        return {p.first: p for p in self.phrases}

    @lazy
    def ending(self) -> dict[int, Phrase]:
        """The noun phrases by the index behind their last item."""
        return {p.last: p for p in self.phrases}

    @lazy
    def vocabulary(self) -> frozenset[str]:
        """The folded words, each once: rules look no further for what none of them can begin."""
        return frozenset(self._words.values())

    def says(self, kind: str, at: int) -> bool:
        """Tell whether the word at an index is of a kind of the lexicon."""
        return self._words.get(at) in self.kinds[kind]

    @lazy
    def lowered(self) -> str:
        """The folded words with one space between and around."""
        return f" {' '.join(i.word for i in self.items)} "

    @lazy
    def sayings(self) -> list[int]:
        """The indexes of verbs of saying."""
        return [k for k, i in enumerate(self.items) if i.word in self.kinds["claimant"]]

    def _is_title(self) -> bool:
        if self.items and self.items[-1].word == ".":
            return False
        words = [i for i in self.items if i.word[0].isalpha() and len(i.word) > 3]
        return len(words) > 3 and sum(i.capital for i in words) > 0.8 * len(words)

    def _breaks(self, at: int) -> bool:
        item = self.items[at]
        word = item.word
        if item.trigger is None and word in self.lexicon.breaking:
            return True
        if item.age and " years" in self.text[item.start : item.end].lower():
            return not self.roster  # "people 17 to 49 years old": no noun
        if item.age or item.number or item.ordinal:
            return False
        if not (word[0].isalpha() or word[0] in "'’"):
            return True
        if (word.endswith("ly") and item.noun is None) or word == "s" or word.endswith("'d"):
            return True
        if at and word.endswith("ed") and self.items[at - 1].noun and (self.capitals or not item.capital):
            unknown = item.noun is None and item.trigger is None and self.word(at - 1) != "other"
            unknown = unknown and not (at + 1 < len(self.items) and self.items[at + 1].noun)
            if unknown and "-" not in word and word not in _NAMES_IN_ED and word != "armed":
                return True  # "the bodies appeared"
        if word.endswith("ing") and self._is_doing(at):
            return True
        if item.trigger is not None and not (item.noun and item.trigger.kind == "counted"):
            following = self.items[at + 1].noun if at + 1 < len(self.items) else None
            return not (word in _MODIFIERS and following)
        return word in self.lexicon.breaking

    def _is_doing(self, at: int) -> bool:
        """Tell what people do behind their noun: ``two guards watching the gate``."""
        item, before = self.items[at], self.items[at - 1].noun if at else None
        if item.noun or item.trigger or before is None or not before.plural:
            return False
        followed = at + 1 < len(self.items) and self.items[at + 1].noun is not None
        return (self.capitals or not item.capital) and not followed

    def _phrases(self) -> list[Phrase]:
        found: list[Phrase] = []
        at = 0
        while at < len(self.items):
            phrase = self._phrase_at(at)
            if phrase is None:
                at += 1
                continue
            found.append(phrase)
            at = phrase.last
        merged: list[Phrase] = []
        for phrase in found:
            before = merged[-1] if merged else None
            if (
                before
                and before.last + 1 == phrase.first
                and self.word(before.last) == "of"
                and self._joins(before, phrase)
            ):
                own = before.noun
                single = before.determiner == "indefinite" and before.noun and not before.noun.plural  # "a member of"
                before.inside, before.last = phrase, phrase.last
                members = self.word(before.head) in _MEMBERS and phrase.noun is None  # "15 members of the ISIS"
                kept = before.noun and (members or not self.says("group", before.head))
                before.noun = before.noun if kept else phrase.noun
                before.plural = before.plural or (
                    phrase.plural and not before.number and before.determiner != "definite" and not single
                )
                before.thing = phrase.thing and own is None  # "members of the party"
                before.name = before.name or phrase.name
                before.side = before.side or phrase.side
                before.aged = before.aged or phrase.aged
                if before.number is None and phrase.number and self.says("group", before.head):
                    before.number = phrase.number
                continue
            if before and before.last + 1 == phrase.first and self.word(before.last) == "and" and _bare(before, phrase):
                before.last = phrase.last
                continue
            if (
                before
                and before.number
                and before.last + 2 == phrase.first
                and self.word(before.last) == "out"
                and self.word(before.last + 1) == "of"
                and before.last - before.first == 1
            ):
                before.inside, before.last, before.noun = phrase, phrase.last, phrase.noun  # "three out of ten men"
                continue
            merged.append(phrase)
        return merged

    def _joins(self, before: Phrase, phrase: Phrase) -> bool:
        return bool(
            (before.number and before.head == before.first and not before.noun)
            or self.says("group", before.head)
            or before.determiner == "both"
            or before.pronoun == "none"
            or self.word(before.head) in ("one", "all", "none", "both")
            or phrase.pronoun == "plural"
        )

    def _phrase_at(self, at: int) -> Phrase | None:
        items, word = self.items, self.items[at].word
        pronouns, determiners = self.kinds["pronoun"], self.kinds["determiner"]
        if word in pronouns and not (word == "her" and at + 1 < len(items) and not self._breaks(at + 1)):
            return Phrase(at, at + 1, at, pronoun=pronouns[word], plural=pronouns[word] == "plural")
        if (word == "no" and self.word(at + 1) in ("one", "body")) or word == "no-one":
            last = at + 1 if word == "no-one" else at + 2
            return Phrase(at, last + (self.word(last) == "else"), at, pronoun="none")
        if not (items[at].number or items[at].ordinal or word in determiners) and self._breaks(at):
            return None  # most words
        phrase = Phrase(at, at, at)
        cursor, nouns = at, 0
        if word == "that" and (self.starts(at + 1) or at + 1 >= len(items) or items[at + 1].noun is None):
            return None
        while cursor < len(items):
            item = items[cursor]
            if cursor > at and item.word in _SUBJECTS:
                break  # "told detectives he was shot"
            if item.number:
                if phrase.number or nouns:
                    break
                phrase.number = item.number
            elif item.word in determiners and not (item.number or item.age):
                if nouns or phrase.number:
                    break
                kind = determiners[item.word]
                phrase.determiner = "both" if item.word == "both" else phrase.determiner or kind
                phrase.more = phrase.more or item.word == "another"
            elif item.ordinal and not nouns:
                phrase.ordinal = item.ordinal
            elif (cursor > at and self._breaks(cursor)) or (item.age and phrase.noun):
                break
            else:
                phrase.more = phrase.more or item.word in _MORE
                if item.word not in _MORE or item.word == "others":
                    nouns += 1
                self._take(phrase, cursor)
            cursor += 1
        if cursor == at or (not nouns and not phrase.number and word not in _ALONE and not phrase.ordinal):
            return None
        phrase.last = cursor
        if nouns == 1 and cursor == at + 1 and word.endswith(("ing", "ed")) and phrase.noun is None:
            return None
        self._settle(phrase)
        phrase.plural = phrase.plural or (not nouns and self.word(cursor - 1) in ("those", "these"))  # "all those who"
        return phrase

    def starts(self, at: int) -> bool:
        """Tell whether a noun phrase of its own begins at an index, by its first word."""
        if at >= len(self.items):
            return False
        item = self.items[at]
        return bool(
            item.number
            or item.age
            or item.word in self.lexicon.said("determiner")
            or item.word in self.lexicon.said("pronoun")
        )

    def _take(self, phrase: Phrase, at: int) -> None:
        item = self.items[at]
        if item.noun:
            phrase.side = item.noun.side or phrase.side
            phrase.noun, phrase.head = item.noun, at
        elif item.age:
            phrase.aged = True
            figure = self.text[item.start : item.end].split("-")[0].split(" ")[0].lower()
            phrase.age = int(figure) if figure.isdecimal() else _AGES.get(figure, 0)
            phrase.plural = phrase.plural or item.word == "olds"

    def _settle(self, phrase: Phrase) -> None:
        """Find head, name and number of a phrase that is read."""
        last = phrase.last - 1
        if self.items[last].word in ("'", "’") and last > phrase.first:
            last -= 1
        if years := self.items[last].born:
            phrase.born, phrase.age = len(years), years[0]  # as good as an age to tell people apart
        if phrase.noun is None:
            phrase.head = last
        tail = range(phrase.head + 1 if phrase.noun else phrase.first, last + 1)
        determiners = self.kinds["determiner"]
        capitals = [
            k
            for k in tail
            if self.items[k].capital and self.items[k].word not in _NO_NAME and self.items[k].word not in determiners
        ]
        if not self.capitals and not self.title:
            if phrase.noun and any(not self.items[k].capital for k in tail):
                phrase.thing = self.says("thing", last)
            phrase.name = bool(capitals) and capitals[-1] == last
        elif self.capitals:
            phrase.name = (phrase.noun is None and not phrase.determiner and len(tail) > 1) or (
                phrase.noun is not None and phrase.head < last
            )
        if not phrase.noun or phrase.head < last:
            phrase.thing = phrase.thing or self.says("thing", last)
        if phrase.thing and phrase.noun and phrase.head < last:
            phrase.noun = None
        if phrase.determiner == "both" and self.word(phrase.last) == "and":
            single = phrase.name or (phrase.noun is not None and not phrase.noun.plural)
            if single:  # "both Ana and the boy", "both the clerk and the girl"
                phrase.determiner, phrase.plural = "definite", False
            elif not self.starts(phrase.last + 1):  # "both civilians and soldiers"
                phrase.determiner, phrase.plural = None, True
        word = self.items[phrase.head].word
        if (
            self.word(phrase.last) in (",", "(")
            and self.word(phrase.last + 1).isdecimal()
            and self.word(phrase.last + 2) in (",", ")", "and")
        ):
            phrase.age = int(self.word(phrase.last + 1)[:3])
            phrase.name = phrase.name or (self.capitals and not (phrase.noun or phrase.determiner or phrase.number))
        if phrase.noun:
            phrase.plural = phrase.plural or (phrase.noun.plural and not phrase.name)
        elif not phrase.aged and not phrase.name:
            lone = phrase.last - phrase.first == 1  # in capitals a lone word that is none for people is a surname
            lower = not self.items[phrase.head].capital or (self.capitals and not lone)
            phrase.plural = phrase.plural or (
                lower and word.endswith(_PLURAL_ENDS) and not word.endswith(("ss", "us", "is"))
            )


def _bare(before: Phrase, phrase: Phrase) -> bool:
    """Tell whether one figure counts both: ``30 women and children``."""
    counted = before.number is not None and before.noun is not None and before.noun.plural and not before.inside
    alone = phrase.noun is not None and phrase.plural and phrase.last - phrase.first == 1
    return counted and alone and not (before.more or phrase.more or phrase.pronoun or phrase.name)
