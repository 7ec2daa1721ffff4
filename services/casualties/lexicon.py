"""The words of the casualty grammar, read once from ``lexicon.tsv``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from importlib import resources

from ahocorasick_rs import AhoCorasick, MatchKind


@dataclass(frozen=True, slots=True)
class Noun:
    """A word for people: the group that it names and whether it names several."""

    group: str
    plural: bool
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that says harm.

    ``kind`` is verb, state, nominal or counted; ``harm`` one of the contract's, ``shot`` (hurt or killed, the rest of
    the article says which) or ``both``; ``forms`` those of a verb: base, third, past, participle, ing.
    """

    kind: str
    harm: str
    forms: frozenset[str] = frozenset()
    transitive: bool = True
    weak: bool = False
    plural: bool = True


@dataclass(slots=True)
class Lexicon:
    """All words by what they do; phrases are keyed by their words with one space between."""

    persons: dict[str, Noun] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    words: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    phrases: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    stems: AhoCorasick | None = None
    words_of_stems: int = 0  # so many of the stems, the first ones, count as whole words alone
    breaking: frozenset[str] = frozenset()  # words that end a noun phrase
    mentioning: frozenset[str] = frozenset()  # words that are no triggers, but speak of harm all the same
    sport: AhoCorasick | None = None
    scopes: AhoCorasick | None = None  # phrases of running totals and of the past, with a space before and behind
    kinds_of_scopes: tuple[tuple[str, str], ...] = ()  # of each of them its kind and itself

    def said(self, kind: str) -> dict[str, str]:
        """Return the words of a kind with their values."""
        return self.words[kind]

    def scopes_in(self, lowered: str) -> set[tuple[str, str]]:
        """Return the phrases of running totals, of the past and of other events in a sentence, each with its kind."""
        assert self.scopes is not None
        return {self.kinds_of_scopes[n] for n, _, _ in self.scopes.find_matches_as_indexes(lowered, overlapping=True)}

    def may_speak_of_harm(self, lowered: str) -> bool:
        """Tell whether a text in small letters has a word that the grammar begins from: "die", not "soldiers"."""
        assert self.stems is not None
        for stem, start, end in self.stems.find_matches_as_indexes(lowered):
            if stem >= self.words_of_stems:
                return True
            if not (start and lowered[start - 1].isalnum()) and not lowered[end : end + 1].isalnum():
                return True
        return False


# Looked for in whole sentences or articles, never items of the grammar.
_SCOPES = ("cumulative", "historic", "separate")
_WIDE = ("cumulative", "historic", "separate", "claimant", "sport", "earnest", "blow", "title")
_STEMS = {
    "hospital",
    "medical center",
    "trauma center",
    "suicide",
    "gunfire",
    "bullet",
    "shrapnel",
    "struck",
    "striking",
    "hitting ",
    "survive ",
    "survive.",
    "coroner",
    "medical examiner",
    "not make it",
    "n't make it",
    "lives",
    "life",
    "lost ",
    "losses ",
    "casualties",
    "losing ",
    "fled",
    "forced",
    "treated",
    "burns",
    "assassin",
    "slayer",
    "to save ",
    "not save ",
    "n't save ",
    "hostage",
    "captives",
    "captive",
    "prisoners",
    "prisoner",
    "gunshot",
    "shootings",
    "stabbings",
    "murderers",
    "being hit",
    "were hit",
    "was hit",
    "bruises",
    "breathing",
    "escaped with",
    "survived with",
    "in hospital with",
    "deceased were",
    "deceased are",
    "dead were",
    "dead are",
    "acute stress",
    "fate of",
    "whereabouts of",
    "medical help",
    "medical attention",
    "medical assistance",
    "medical aid",
    "medical care",
}
_BREAKING = (
    "be", "have", "modal", "neg", "preposition", "conjunction", "relative", "breaker", "adverb", "suffer", "moved",
    "lost",
)  # fmt: skip
_MENTIONING = ("toll", "lives", "suffer", "moved", "struck", "wounds", "lost", "driven", "hospital")
_FORMS = ("base", "third", "past", "participle", "ing")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(words.split())


def load_lexicon() -> Lexicon:
    """Read ``lexicon.tsv``."""
    lexicon = Lexicon()
    verbs: dict[str, Trigger] = {}
    for line in resources.files("services.casualties").joinpath("lexicon.tsv").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, value, words = line.split("\t")
        for entry in words.split("|"):
            if kind in ("person", "demonym"):
                _add_noun(lexicon, kind, value, entry)
            elif kind == "verb":
                _add_verb(verbs, value, entry)
            elif kind in ("nominal", "counted", "state"):
                for number, word in enumerate(entry.split("/")):
                    lexicon.said(kind)[word] = value
                    plural = number == 1 or (word.endswith("s") and kind == "counted")
                    lexicon.triggers.setdefault(word, Trigger(kind, value, plural=plural))
            else:
                lexicon.said(kind)[entry] = value
    for word, verb in verbs.items():
        lexicon.triggers[word] = verb
    spoken = (words for kind, words in lexicon.words.items() if kind not in _WIDE)
    for word in [*lexicon.triggers, *(w for words in spoken for w in words), *lexicon.persons]:
        parts = tuple(word.split(" "))
        if len(parts) > 1 and parts not in lexicon.phrases.setdefault(parts[0], []):
            lexicon.phrases[parts[0]].append(parts)
    for several in lexicon.phrases.values():
        several.sort(key=lambda parts: -len(parts))
    lexicon.breaking = frozenset(word for kind in _BREAKING for word in lexicon.said(kind))
    lexicon.mentioning = frozenset(word for kind in _MENTIONING for word in lexicon.said(kind))
    lexicon.kinds_of_scopes = tuple((kind, words) for kind in _SCOPES for words in lexicon.said(kind))
    lexicon.scopes = AhoCorasick([f" {words} " for _, words in lexicon.kinds_of_scopes])
    lexicon.sport = AhoCorasick(sorted(lexicon.said("sport")))
    whole = sorted({*lexicon.triggers, *lexicon.said("toll")} - _STEMS)
    lexicon.stems = AhoCorasick([*whole, *sorted(_STEMS)], matchkind=MatchKind.LeftmostLongest)
    lexicon.words_of_stems = len(whole)
    return lexicon


def _add_noun(lexicon: Lexicon, kind: str, value: str, entry: str) -> None:
    for word, plural in zip(entry.split("/"), (False, True), strict=True):
        if word and kind == "person":
            lexicon.persons[word] = Noun(value, plural)
        elif word:
            lexicon.persons.setdefault(word, Noun("people", plural, side=value))


def _add_verb(verbs: dict[str, Trigger], value: str, entry: str) -> None:
    harm, transitive = value.split(" ")
    weak = entry.endswith(" weak")
    for form, word in zip(_FORMS, entry.removesuffix(" weak").split("/"), strict=True):
        before = verbs.get(word)
        forms = frozenset({form}) | (before.forms if before and before.harm == harm else frozenset())
        verbs[word] = Trigger("verb", harm, forms, transitive == "trans", weak)
