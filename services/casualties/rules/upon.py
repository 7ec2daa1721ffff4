"""Statements that build on the one before: they say how many, and leave what happened to them unsaid."""

from __future__ import annotations

import re

from services.casualties.lexicon import word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding
from services.casualties.rules.syntax import objects

_PUT = word_set("put puts putting placed raised revised lowered cut brought gave gives stood stands rose climbed grew")
_FIGURE = word_set("figure number toll total count it")
_AT = word_set("at to close near nearer as")
_REACH = 6
#: Sentences worth a look, in small letters: most hold neither.
MAY_BUILD = re.compile(
    r"^\W*among (?:them|these) (?:was|were|is|are) "
    r"|^\W*(?:at least |about |some |more than |nearly |all )?[\w-]+(?: of (?:them|whom))? (?:was|were) "
    r"|\b(?:figure|number|toll|total|count|it)\b[^.;]{0,40}\b(?:at|to|as)\b"
)


def built_upon(clause: Clause, harm: str) -> list[Finding]:
    """Read ``Six were children``, ``97 of them were policemen`` and ``put the figure close to 600``, said of a harm."""
    return _among_them(clause, harm) or _described(clause, harm) or _figure(clause, harm)


def _among_them(clause: Clause, harm: str) -> list[Finding]:
    """Read ``Among them were two nurses and a boy``: each of them a part of those told before."""
    if clause.word(0) != "among" or clause.word(1) not in ("them", "these") or not clause.says("be", 2):
        return []
    said = [p for p in objects(clause, 3) if p.person and not p.thing and (p.number or p.determiner == "indefinite")]
    counts = [(p, p.count()) for p in said]
    return [Finding(harm, c, p, p.first, p.last, "described", at=2) for p, c in counts if c is not None]


def _described(clause: Clause, harm: str) -> list[Finding]:
    phrase = next((p for p in clause.phrases[:1] if p.number and not p.thing), None)
    if phrase is None or phrase.number is None or phrase.number.count.best is None or phrase.first > 2:
        return []
    at = phrase.last + 2 * (clause.word(phrase.last) == "of" and clause.word(phrase.last + 1) in ("them", "whom"))
    bare = phrase.noun is None or clause.word(phrase.last - 1) in ("them", "whom")
    if not bare or clause.word(at) not in ("were", "was"):
        return []
    said = objects(clause, at + 1)
    if not said or not all(p.person and p.plural and not p.number and p.determiner is None for p in said[:1]):
        return []
    return [Finding(harm, phrase.number.count, phrase, phrase.first, said[0].last, "described", at=at)]


def _figure(clause: Clause, harm: str) -> list[Finding]:
    for at in range(len(clause.items)):
        if clause.word(at) not in _FIGURE:
            continue
        near = range(max(0, at - 2), min(at + 3, len(clause.items)))
        if not any(clause.word(k) in _PUT for k in near):
            continue
        for cursor in range(at + 1, min(at + _REACH, len(clause.items))):
            phrase: Phrase | None = clause.starting.get(cursor)
            led = any(clause.word(k) in _AT for k in range(at + 1, cursor + 1))
            if phrase is not None and phrase.number and not phrase.thing and phrase.number.count.best is not None:
                if not led and not clause.word(cursor).startswith(("close", "near", "about", "around")):
                    break
                return [Finding(harm, phrase.number.count, phrase, at, phrase.last, "figure", at=at)]
    return []
