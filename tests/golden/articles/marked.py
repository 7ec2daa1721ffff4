"""Short articles with everything in them marked, and the reading of an article written down in the same way.

    python -m tests.golden.articles.marked < plain.txt     drafts the marks; they are then put right by hand

An article is ``name | day of publication | title``, its text below it, and a line for each incident that begins with ``=>``.
``[[words | label]]`` marks words; marks may stand within marks, and several labels of the same words are separated by ``;``.

    c killed 12+ part @Kharkiv 2024-05-25    a claim: harm, figure, attributes, place, day
    w shahed-136 launched 12                 a weapon: catalogue's ID or category, role, quantity
    p Kharkiv                                a place
    d 2024-05-25                             a date, or its first and last day

Figures and attributes are those of ``tests/golden/casualties/articles.txt``.
"""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from contracts.annotation import Annotation
from contracts.article import EnrichedArticle, RawArticle
from contracts.casualties import CasualtyClaim, ClaimStatus, Scope
from contracts.places import PlacePrecision
from contracts.spans import Count, Span, When
from contracts.weapons import WeaponMention
from services.incidents.enrich import enrich_in_memory
from services.incidents.index import MemoryIndex
from services.registry import ENRICHERS, load
from services.runtime.pool import Task, annotate
from services.runtime.settings import Settings
from services.text.dates import find_dates
from services.text.published import reference_day
from services.text.reading import read

_MARK = re.compile(r"\[\[|\]\]| \| ")
_FORMS = {
    "exact": "{best}",
    "at_least": "{best}+",
    "more_than": ">{best}",
    "up_to": "<={best}",
    "fewer_than": "<{best}",
    "about": "~{best}",
    "range": "{min}-{max}",
}
_LOOSE = {"dozens", "scores", "hundreds", "thousands"}


@dataclass(frozen=True, order=True)
class Mark:
    """Words of a text and what they are read as: the kind (c, w, p, d) and the rest."""

    start: int
    end: int
    kind: str
    label: str


@dataclass
class Golden:
    """An article, its marks and its incidents."""

    name: str
    published: str
    title: str
    text: str
    marks: list[Mark] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)

    @property
    def article(self) -> RawArticle:
        """Return the article as it goes in."""
        return RawArticle(
            article_id=uuid.uuid5(uuid.NAMESPACE_URL, self.name),
            title=self.title,
            text=self.text,
            published_at=datetime.fromisoformat(f"{self.published}T12:00:00+00:00"),
        )


def parse(document: str) -> Iterator[Golden]:
    """Read a file of marked articles."""
    for block in re.split(r"\n\s*\n", document):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        name, published, title = lines[0].split(" | ")
        body = "\n".join(line for line in lines[1:] if not line.startswith("=> "))
        text, marks = _unmarked(body)
        incidents = [line.removeprefix("=> ") for line in lines[1:] if line.startswith("=> ")]
        yield Golden(name, published, title, text, marks, incidents)


def _unmarked(body: str) -> tuple[str, list[Mark]]:
    text, marks, open_at, at = "", [], [], 0
    while found := _MARK.search(body, at):
        text += body[at : found.start()]
        at = found.end()
        if found.group() == "[[":
            open_at.append(len(text))
        elif found.group() == " | " and open_at:
            close = body.index("]]", at)
            start = open_at.pop()
            for label in body[at:close].split("; "):
                kind, _, rest = label.partition(" ")
                marks.append(Mark(start, len(text), kind, rest))
            at = close + 2
        else:
            text += found.group()
    return text + body[at:], sorted(marks)


def marked(golden: Golden) -> str:
    """Write an article down with its marks."""
    spans: dict[tuple[int, int], list[str]] = {}
    for mark in sorted(golden.marks):
        spans.setdefault((mark.start, mark.end), []).append(f"{mark.kind} {mark.label}")
    events: list[tuple[int, int, int, str]] = []
    for (start, end), labels in spans.items():
        events.append((start, 1, -end, "[["))
        events.append((end, 0, -start, f" | {'; '.join(labels)}]]"))
    text, at = "", 0
    for where, _, _, words in sorted(events):
        text += golden.text[at:where] + words
        at = where
    head = f"{golden.name} | {golden.published} | {golden.title}\n{text}{golden.text[at:]}"
    return "\n".join([head, *(f"=> {incident}" for incident in golden.incidents)])


@cache
def _models() -> list[tuple[Any, Any]]:
    settings = Settings(_env_file=None)
    enrichers = [cast("Any", load(name)) for name in ENRICHERS]
    return [(enricher, enricher.load(settings)) for enricher in enrichers]


def enriched(article: RawArticle) -> EnrichedArticle:
    """Read an article with the real enrichers and link it by itself."""
    value, annotations = article.to_json(), []
    for enricher, model in _models():
        result = annotate(enricher, model, Task(value, 0, 0, 0))
        assert result.annotation is not None
        annotations.append(Annotation.from_json(result.annotation))
    return enrich_in_memory(article, tuple(annotations), MemoryIndex(), datetime.now(UTC), linking=True)


def as_read(golden: Golden) -> Golden:
    """Return the same article with the marks and incidents that Tocsin reads in its text."""
    found = enriched(golden.article)
    names = {place.place_id: place.name for place in found.places}
    spans: list[tuple[Span, str, str]] = []
    spans += [(c.span, "c", _claim(c, names)) for c in found.casualties]
    spans += [(w.span, "w", _weapon(w)) for w in found.weapons]
    spans += [(s, "p", p.name) for p in found.places if p.precision != PlacePrecision.COUNTRY for s in p.spans]
    marks = [Mark(s.start, s.end, kind, label) for s, kind, label in spans if s.field == "text"]
    marks += [
        Mark(sentence.start + date.start, sentence.start + date.end, "d", _day(date.when))
        for sentence in read(golden.article).sentences
        if sentence.field == "text"
        for date in find_dates(sentence.text, reference_day(golden.article))
    ]
    incidents = [
        " ".join(
            [
                link.role.value,
                link.type.value,
                (names.get(link.place_id or "") or "-").replace(" ", "_"),
                _day(link.when) or "-",
                *(
                    f"{harm} {figure(count)}"
                    for harm, count in (("killed", link.killed), ("injured", link.injured))
                    if count
                ),
            ]
        )
        for link in found.incidents
    ]
    return Golden(golden.name, golden.published, golden.title, golden.text, sorted(marks), incidents)


def figure(count: Count | None) -> str:
    """Write a count: 5, 5+, >12, <=20, ~40, 2-3, 24*, ?."""
    if count is None:
        return "?"
    pattern = "{min}*" if count.qualifier.value in _LOOSE else _FORMS.get(count.qualifier.value, "?")
    return pattern.format(best=count.best, min=count.min, max=count.max)


def _day(when: When | None) -> str:
    if when is None or when.start is None:
        return ""
    return f"{when.start}" if when.end in (None, when.start) else f"{when.start}/{when.end}"


def _claim(claim: CasualtyClaim, names: dict[str, str]) -> str:
    words = [claim.harm.value, figure(claim.count)]
    words += [claim.status.value] if claim.status is not ClaimStatus.REPORTED else []
    words += [claim.scope.value] if claim.scope is not Scope.INCIDENT else []
    relations = (("part", claim.part_of), ("same", claim.same_as), ("adds", claim.adds_to))
    words += [name for name, other in relations if other]
    words += ["@" + names.get(claim.place_id, "?").replace(" ", "_")] if claim.place_id else []
    words += [_day(claim.when)] if claim.when else []
    return " ".join(filter(None, words))


def _weapon(weapon: WeaponMention) -> str:
    words = [weapon.weapon_id or weapon.category.value, weapon.role.value]
    return " ".join(words + ([figure(weapon.quantity)] if weapon.quantity else []))


if __name__ == "__main__":
    print("\n\n".join(marked(as_read(golden)) for golden in parse(sys.stdin.read())))
