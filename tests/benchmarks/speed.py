"""Words a second of each reader, in one process over the same texts; and what ten times the text costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from contracts.article import RawArticle
from services.casualties.extract import extract as casualties
from services.casualties.extract import load as load_casualties
from services.entities.extract import extract as entities
from services.entities.extract import extract_many, load_language
from services.entities.extract import load as load_entities
from services.incidents.mentions import Parts, find_mentions
from services.runtime.settings import Settings
from services.text.places import find_places
from services.text.reading import read
from services.weapons.extract import extract as weapons
from services.weapons.extract import load as load_weapons
from tests.benchmarks.measure import BATCH, Row, Size, ratio
from tests.benchmarks.prose import article, articles, texts

HUNDRED_KB, MB = 100_000, 1_000_000


def _seconds(work: Callable[[], Any]) -> float:
    """Return the processor time of some work: what else the machine does is no part of it."""
    began = time.process_time()
    work()
    return time.process_time() - began


class Readers:
    """Every reader with its model."""

    def __init__(self) -> None:
        settings = Settings(_env_file=None)
        self.language = load_language()  # spaCy's own way to run the model
        self.named, self.armed, self.harmed = load_entities(settings), load_weapons(settings), load_casualties(settings)

    def parts(self, one: RawArticle) -> Parts:
        named = entities(one, self.named)
        return Parts(
            one, named.entities, named.places, weapons(one, self.armed).weapons, casualties(one, self.harmed).casualties
        )


def _in_turn(rounds: int, works: Mapping[str, Callable[[slice], Any]], texts: int) -> dict[str, list[float]]:
    """Return each reader's seconds, round by round; they take turns at every few texts, so that all meet the same noise."""
    figures: dict[str, list[float]] = {name: [0.0] * rounds for name in works}
    turn = list(works)
    for number in range(rounds):
        for start in range(0, texts, BATCH):
            turn.reverse()
            for name in turn:
                figures[name][number] += _seconds(partial(works[name], slice(start, start + BATCH)))
    return figures


def bench(size: Size) -> Iterator[Row]:
    readers = Readers()
    some, plain = [RawArticle.read(value) for value in articles(0, size.articles)], texts(0, size.articles)
    parts, readings = [readers.parts(one) for one in some], [read(one) for one in some]
    words = sum(len(text.split()) for text in plain)
    works: dict[str, Callable[[slice], Any]] = {
        "NER": lambda few: list(readers.language.pipe(plain[few], batch_size=BATCH)),
        "entities": lambda few: extract_many(some[few], readers.named),
        "places": lambda few: [find_places(reading, readers.named.gazetteer) for reading in readings[few]],
        "weapons": lambda few: [weapons(one, readers.armed) for one in some[few]],
        "casualties": lambda few: [casualties(one, readers.harmed) for one in some[few]],
        "incidents": lambda few: [find_mentions(one) for one in parts[few]],
    }
    figures = _in_turn(size.rounds, works, len(some))
    for name, seconds in figures.items():
        yield Row(
            f"{name}, one process",
            words / min(seconds),
            "words/s",
            detail=f"{ratio(seconds, figures['NER']):.2f} of the time of NER",
        )
    both = [w + c for w, c in zip(figures["weapons"], figures["casualties"], strict=True)]
    yield Row("weapons + casualties / NER, time", ratio(both, figures["NER"]), at_most=0.25, detail=f"{words} words")


def bench_long(size: Size) -> Iterator[Row]:
    """Ten times the text in at most fifteen times the time: prose, and one word."""
    readers = Readers()
    prose = "\n\n".join(article(number)["text"] for number in range(MB // 2000))
    shapes = {"prose": lambda length: prose[:length], "one word": lambda length: "a" * length}
    for shape, of_length in shapes.items():
        short, long = (RawArticle(title="Attack on Kharkiv", text=of_length(n)) for n in (HUNDRED_KB, MB))
        told = {id(one): readers.parts(one) for one in (short, long)}
        work: dict[str, Callable[[RawArticle], Any]] = {
            "entities": lambda one: entities(one, readers.named),
            "weapons": lambda one: weapons(one, readers.armed),
            "casualties": lambda one: casualties(one, readers.harmed),
            "incidents": lambda one, told=told: find_mentions(told[id(one)]),
        }
        for name, reader in work.items():
            small = min(_seconds(partial(reader, short)) for _ in range(3))
            large = min(_seconds(partial(reader, long)) for _ in range(3 if small < 0.5 else 1))
            yield Row(
                f"{name}, 1 MB of {shape} / 100 KB",
                large / max(small, 0.001),
                at_most=15,
                detail=f"{small:.3f} s → {large:.3f} s",
            )
