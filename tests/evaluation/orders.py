"""Measure how far the order of arrival changes what is linked: ``python -m tests.evaluation.orders FILE [--orders 10]``.

FILE holds enriched articles, one JSON object a line, as ``tocsin enrich --jsonl articles.jsonl --no-link`` writes them. They
are linked in random orders; printed is how well the partitions of the main mentions agree, two by two, on average.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import mean

from contracts.article import EnrichedArticle, RawArticle
from contracts.incidents import LinkRole
from services.incidents.index import MemoryIndex, link
from services.incidents.mentions import Parts, find_mentions
from services.incidents.records import Mention

Item = tuple[RawArticle, tuple[Mention, ...]]


def read(path: Path) -> list[Item]:
    """Read enriched articles and find their mentions."""
    found = []
    with path.open("rb") as lines:
        for line in lines:
            told = EnrichedArticle.from_json(line)
            parts = Parts(told.article, told.entities, told.places, told.weapons, told.casualties)
            found.append((told.article, find_mentions(parts)))
    return found


def partition(items: list[Item], order: list[int]) -> list[str]:
    """Link in an order; return the incident of each article's main mention, of its own where it has none."""
    index = MemoryIndex()
    for i in order:
        link(index, *items[i])
    labels = []
    for number, (article, _) in enumerate(items):
        version = index.version(str(article.article_id))
        links = version.links if version else ()
        main = next((x.incident_id for x in links if x.role == LinkRole.MAIN), None)
        labels.append(index.resolve(main) if main else f"none {number}")
    return labels


def agreement(a: list[str], b: list[str]) -> tuple[float, float]:
    """Return pair F1 and B-cubed F1 of two partitions of the same articles."""
    sizes_a, sizes_b, both = Counter(a), Counter(b), Counter(zip(a, b, strict=True))
    joined = [sum(n * (n - 1) // 2 for n in sizes.values()) for sizes in (both, sizes_a, sizes_b)]
    pairs = 2 * joined[0] / (joined[1] + joined[2]) if joined[1] + joined[2] else 1.0
    precision = mean(both[x, y] / sizes_b[y] for x, y in zip(a, b, strict=True))
    recall = mean(both[x, y] / sizes_a[x] for x, y in zip(a, b, strict=True))
    return pairs, 2 * precision * recall / (precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--orders", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    items = read(options.file)
    partitions = []
    for number in range(options.orders):
        order = list(range(len(items)))
        random.Random(options.seed + number).shuffle(order)
        partitions.append(partition(items, order))
    scores = [agreement(a, b) for a, b in combinations(partitions, 2)]
    print(f"articles {len(items)}  orders {options.orders}  incidents {sorted(len(set(p)) for p in partitions)}")
    print(f"pair_f1 {mean(s[0] for s in scores):.4f}  b3_f1 {mean(s[1] for s in scores):.4f}")


if __name__ == "__main__":
    main()
