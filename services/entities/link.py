"""Mentions of one person, organisation or place brought together under the fullest name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from contracts.entities import Entity
from contracts.spans import Span
from services.text.gazetteer import fold

_CONFIDENCE = {"PERSON": 0.85, "ORG": 0.75, "NORP": 0.9, "GPE": 0.8, "LOC": 0.75}
#: What a lone surname is often taken for.
_MISTAKEN = {"ORG", "NORP", "GPE", "FAC", "LOC", "WORK_OF_ART", "EVENT", "LAW"}
_SMALL_WORDS = {"of", "the", "and", "for", "in", "on", "to", "de", "la", "del"}
_SHORTEST_SPELLING = 6


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of an article that a model took for a name."""

    span: Span
    label: str
    name: str | None = None  # the canonical name, where a lexicon has it
    people: bool = False  # known as the name of a people, thus no mistaken surname
    stands_for: str | None = None  # the name that a pronoun or an office stands for
    alike: str | None = None  # the same for all that mean one body: "Ukraine's army", "Ukrainian army"


def link(mentions: Sequence[Named]) -> list[Entity]:
    """Bring mentions together: same name, surname and full name, acronym and what it stands for.

    The label is the one that most mentions of the name have, first come if they draw.
    """
    by_key: dict[str, list[Named]] = defaultdict(list)
    known = {_key(m.name) for m in mentions if m.name}

    def key_of(mention: Named) -> str:
        plain = _key(mention.stands_for or mention.name or mention.span.quote)
        return mention.alike if mention.alike and plain not in known else plain

    for mention in mentions:
        if mention.stands_for is None:
            by_key[key_of(mention)].append(mention)
    label = {key: Counter(m.label for m in found).most_common(1)[0][0] for key, found in by_key.items() if key}
    full = _full_names(label, by_key)
    groups: dict[str, list[Named]] = defaultdict(list)
    for key in label:
        groups[full.get(key, key)].extend(by_key[key])
    for mention in mentions:
        if mention.stands_for is not None and (key := key_of(mention)) in label:
            groups[full.get(key, key)].append(mention)
    return [_entity(label[key], found, by_key[key]) for key, found in groups.items()]


def _plain(name: str) -> str:
    return " ".join(name.removesuffix("'s").removesuffix("’s").split())


@lru_cache(maxsize=1 << 12)
def _key(name: str) -> str:
    return fold(_plain(name)).removeprefix("the ")


def _full_names(label: dict[str, str], by_key: dict[str, list[Named]]) -> dict[str, str]:
    """Map the keys of surnames, other spellings and acronyms to the key of the full name."""
    full: dict[str, str] = {}
    people = [key for key, kind in label.items() if kind == "PERSON"]
    by_last: dict[str, list[str]] = defaultdict(list)
    by_first: dict[str, list[str]] = defaultdict(list)
    for key in people:
        words = key.split()
        if len(words) > 1:
            by_last[_spelling(words[-1])].append(key)
            by_first[words[0]].append(key)
    lone = [key for key, kind in label.items() if kind in _MISTAKEN and " " not in key]
    for key in (*people, *(key for key in lone if not any(m.people for m in by_key[key]))):
        words = key.split()
        first_name = len(words) == 1 and label[key] == "PERSON"
        same = by_last.get(_spelling(words[-1]), []) or (by_first.get(words[0], []) if first_name else [])
        fitting = [k for k in same if len(k.split()) > len(words) and set(words[:-1]) <= set(k.split())]
        fuller = max(fitting, key=lambda k: (len(by_key[k]), len(k)), default=None)
        if fuller is not None and (len(words) > 1 or len({k.split()[0] for k in fitting}) == 1):
            full[key] = fuller
    full.update(_bodies(label, by_key))
    by_initials: dict[str, list[str]] = defaultdict(list)
    for key, kind in label.items():
        if kind in {"ORG", "NORP", "FAC", "GPE"} and " " in key:
            words = (_key(by_key[key][0].span.quote) if by_key[key][0].alike == key else key).split()
            by_initials["".join(w[0] for w in words)].append(key)
            by_initials["".join(w[0] for w in words if w not in _SMALL_WORDS)].append(key)
    for key in label:
        quote = by_key[key][0].span.quote
        if quote.isupper() and 2 <= len(key) <= 6 and by_initials.get(key):
            full[key] = max(by_initials[key], key=lambda k: len(by_key[k]))
    return {key: _end(key, full) for key in full}


def _bodies(label: dict[str, str], by_key: dict[str, list[Named]]) -> dict[str, str]:
    """Map "the army" to the "Syrian army" where no other army is named."""
    by_noun: dict[str, list[str]] = defaultdict(list)
    for key, kind in label.items():
        words = key.split()
        if kind == "ORG" and len(words) > 1 and words[-1].islower():
            by_noun[words[-1]].append(key)
            by_noun[" ".join(words[-2:])].append(key)
    alone = [key for key in label if label[key] == "ORG" and all(m.span.quote[-1:].islower() for m in by_key[key])]
    return {
        key: fuller[0] for key in alone if key in by_noun and len(fuller := [k for k in by_noun[key] if k != key]) == 1
    }


def _spelling(surname: str) -> str:
    """Level the endings that one Slavic surname is written with: Zelensky, Zelenskyy, Zelenskiy, Zelenskyi."""
    return re.sub(r"(?:yy|iy|yi|ii|ij|yj|y|i)$", "y", surname) if len(surname) >= _SHORTEST_SPELLING else surname


def _end(key: str, full: dict[str, str]) -> str:
    """Follow the chain of names to its end."""
    seen = {key}
    while key in full and full[key] not in seen:
        key = full[key]
        seen.add(key)
    return key


def _entity(label: str, found: Sequence[Named], fullest: Sequence[Named]) -> Entity:
    """Build the entity of a group; its name is the commonest form of the fullest name."""
    known = next((m.name for m in fullest if m.name), None)
    name = known or Counter(_plain(m.span.quote) for m in fullest).most_common(1)[0][0]
    names = [m for m in found if m.stands_for is None]
    agreeing = sum(m.label == label for m in names) / len(names)
    sure = _CONFIDENCE.get(label, 0.7) * (0.6 + 0.4 * agreeing)
    spans = sorted((m.span for m in found), key=lambda s: (s.field != "title", s.start, s.end))
    return Entity(
        label=label, name=name, spans=tuple(spans), confidence=round(min(0.98, sure + 0.03 * (len(names) - 1)), 3)
    )
