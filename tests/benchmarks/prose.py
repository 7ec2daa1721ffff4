"""Generated articles of the length and make of news: a few hundred words, several outlets on each incident."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

from tests.support.articles import BASE, CITIES, SOURCES, WEAPONS

PEOPLE = (
    "Olena Marchuk", "Serhii Kovalenko", "Ihor Tkachuk", "Nadiia Bondar", "Petro Lysenko", "Maryna Shevchuk", "Andrii Hrytsenko",
    "Yuliia Kravets", "Bohdan Melnyk", "Tetiana Rudenko", "Vasyl Polishchuk", "Hanna Savchenko",
)  # fmt: skip
DIRECTIONS = ("Black Sea", "Sea of Azov", "Belgorod region", "Kursk region")
PARTS = (
    "toll",
    "means",
    "scene",
    "quote",
    "background",
    "politics",
    "scene",
    "quote",
    "toll",
    "background",
    "politics",
)
WORDS = 400


@cache
def sentences() -> dict[str, list[str]]:
    """Read the sentences by part."""
    parts: dict[str, list[str]] = defaultdict(list)
    part = ""
    for line in Path(__file__).with_name("prose.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            parts[part].append(line)
    return parts


def article(number: int, words: int = WORDS) -> dict[str, str]:
    """Make the article of that number, of some ``words`` words: deterministic; every third tells of another incident."""
    incident, outlet = divmod(number, len(SOURCES))
    day = BASE + timedelta(days=9 * (incident // len(CITIES)))
    facts, style = _facts(incident, f"{day:%A}"), random.Random(number)
    unused = {part: style.sample(lines, len(lines)) for part, lines in sentences().items()}
    title = unused["title"][0].format(**facts)
    paragraphs, count, at = [unused["lead"][0].format(**facts)], 0, 0
    while (count := sum(len(p.split()) for p in paragraphs)) < words and any(unused[part] for part in PARTS):
        part = PARTS[at % len(PARTS)]
        at += 1
        if unused[part]:
            paragraphs.append(unused[part].pop().format(**facts))
    return {
        "title": title,
        "text": "\n\n".join(" ".join(paragraphs[i : i + 2]) for i in range(0, len(paragraphs), 2)),
        "source": SOURCES[outlet],
        "url": f"https://{SOURCES[outlet].split()[0].lower()}.example/{number}-{count}",
        "published_at": (day + timedelta(hours=outlet)).isoformat(),
    }


def articles(first: int, count: int) -> Iterator[bytes]:
    """Make ``count`` articles as JSON, from the number ``first``."""
    for number in range(first, first + count):
        yield json.dumps(article(number)).encode()


def texts(first: int, count: int) -> list[str]:
    """Make the same articles as plain texts, title and body."""
    return ["{title}\n\n{text}".format(**article(number)) for number in range(first, first + count)]


def _facts(incident: int, weekday: str) -> dict[str, object]:
    """Make up what all outlets agree on."""
    dice = random.Random(f"incident {incident}")
    at = incident % len(CITIES)
    governor, mayor, witness, minister, diplomat = dice.sample(PEOPLE, 5)
    numbers = {
        "killed": (2, 40), "injured": (11, 160), "children": (2, 9), "serious": (3, 9), "rescued": (3, 30), "trapped": (2, 9),
        "missing": (2, 9), "launched": (20, 40), "downed": (8, 19), "houses": (4, 60), "school": (3, 90), "nights": (12, 70),
        "before": (5, 30), "sites": (4, 18), "vehicles": (10, 40),
    }  # fmt: skip
    return {
        **{name: dice.randint(*bounds) for name, bounds in numbers.items()},
        "city": CITIES[at],
        "second": CITIES[(at + 7) % len(CITIES)],
        "oblast": CITIES[(at + 3) % len(CITIES)],
        "weapons": WEAPONS[incident % len(WEAPONS)],
        "direction": dice.choice(DIRECTIONS),
        "weekday": weekday,
        "power": f"{dice.randint(20, 300)},000",
        "population": f"{dice.randint(80, 900)},000",
        "governor": governor,
        "mayor": mayor,
        "witness": witness,
        "minister": minister,
        "diplomat": diplomat,
    }
