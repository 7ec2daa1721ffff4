"""What a confidence is worth: claims, weapons and places by confidence, against the annotations of the sets.

Even articles of a set are for fitting (``fit``), odd ones for checking (``reliability``). A claim counts as right

- gva, gvdb: if its figure is no larger than what the set says of that harm, and nobody is said to be harmed
  just where the set says so (a claim may rightly tell of some of the victims);
- muc4: if harm and figure are in the article's key, by the scorer's own comparison; articles without casualties in
  their key are left out, since the key has no fights between armies;
- airwars says a range of the whole strike, which nearly every claim is within: not used;
- weapons (re3d, wikievents): if a weapon is annotated there; wikievents marks only those that take part in an event;
- places (geo): if it lies within 161 km of where the annotators have the name.

Only claims that are reported, of this incident or the past (muc4) and in the told sections are judged.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from contracts.article import RawArticle
from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope
from services.casualties import confidence
from services.casualties.extract import extract, load
from services.text.places import find_places
from services.text.reading import read
from services.weapons import extract as weapons

Judged = list[tuple[float, bool]]
HARM_SETS = ("gva", "gvdb", "muc4")
FEWEST = 100  # judgements in a row of the table, whose share then has a standard error of .05 or less
TOLERANCE = 0.02
BINS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def load_scorer(path: Path) -> Any:
    """Import the scorer, which is no package."""
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def articles(given: Path, gold: Path, *, odd: bool) -> Iterator[tuple[RawArticle, dict[str, Any]]]:
    """Yield every other article of a set with its annotations."""
    by_key = {row["key"]: row for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines())}
    for number, line in enumerate(given.read_bytes().splitlines()):
        if number % 2 == odd:
            article = RawArticle.read(line, 0)
            yield article, by_key[article.attributes["key"]]


def is_right(name: str, claim: CasualtyClaim, row: dict[str, Any], scorer: Any) -> bool | None:
    """Judge a claim by the annotations of its article; None where they can't tell."""
    past = claim.scope is Scope.HISTORIC and name == "muc4"
    if claim.harm not in (Harm.KILLED, Harm.INJURED) or claim.section not in ("headline", "lead", "body"):
        return None
    if not (claim.scope is Scope.INCIDENT or past) or claim.status not in (ClaimStatus.REPORTED, ClaimStatus.DENIED):
        return None
    count = claim.count
    if name == "muc4":
        known = [tuple_ for part in scorer.muc_gold(row) for tuple_ in part]
        if not known or count.best == 0 or claim.status is ClaimStatus.DENIED:
            return None
        said = count.model_dump(mode="json")
        return any(harm == claim.harm and scorer.muc_number_ok(numbers, said) for harm, numbers in known)
    wanted: int = row[claim.harm]
    return wanted == 0 if count.best == 0 else (count.best or count.min or 1) <= wanted


def judged_claims(
    found: dict[str, tuple[Path, Path]],
    scorer: Any,
    *,
    odd: bool,
) -> Iterator[tuple[str, tuple[str, ...], float, bool]]:
    """Yield set, features, confidence and verdict of every claim that can be judged."""
    model = load()
    for name in (n for n in HARM_SETS if n in found):
        for article, row in articles(*found[name], odd=odd):
            claims = extract(article, model).casualties
            for claim, known in zip(claims, confidence.features(claims), strict=True):
                right = is_right(name, claim, row, scorer)
                if right is not None:
                    yield name, known, claim.confidence, right


def judged_weapons(found: dict[str, tuple[Path, Path]]) -> Judged:
    """Judge the weapons of the sets that mark them."""
    lexicon, judged = weapons.load_lexicon(), []
    for name in (n for n in ("re3d", "wikievents") if n in found):
        for odd in (False, True):
            for article, row in articles(*found[name], odd=odd):
                types = ("Weapon", "MilitaryPlatform", "Vehicle")
                marked = row["weapons"] if name == "wikievents" else [e for e in row["entities"] if e["type"] in types]
                for mention in weapons.extract(article, lexicon).weapons:
                    span = mention.span
                    if span.field == "text":
                        right = any(m["start"] < span.end and span.start < m["end"] for m in marked)
                        judged.append((mention.confidence, right))
    return judged


def judged_places(found: dict[str, tuple[Path, Path]], scorer: Any) -> Judged:
    """Judge the places that meet an annotated name with coordinates."""
    gazetteer, judged = load().gazetteer, []
    for odd in (False, True) if "geo" in found else ():
        for article, row in articles(*found["geo"], odd=odd):
            named = [t for t in row["toponyms"] if t["lat"] is not None]
            for place in find_places(read(article), gazetteer):
                for span in (s for s in place.spans if s.field == "text" and place.lat is not None):
                    meant = next((t for t in named if t["start"] < span.end and span.start < t["end"]), None)
                    if meant is not None:
                        away = scorer.km((meant["lat"], meant["lon"]), (place.lat, place.lon))
                        judged.append((place.confidence, away <= 161))
    return judged


def table(judged: Judged) -> list[tuple[float, float, int, float, float]]:
    """Return rows of lowest and highest confidence, number, mean confidence and share right; small rows are joined."""
    rows: list[list[tuple[float, bool]]] = []
    for low, high in pairwise(BINS):
        inside = [j for j in judged if low <= j[0] < high]
        if rows and (len(inside) < FEWEST or len(rows[-1]) < FEWEST):
            rows[-1] += inside
        elif inside:
            rows.append(inside)
    return [
        (
            min(c for c, _ in row), max(c for c, _ in row), len(row), sum(c for c, _ in row) / len(row),
            sum(r for _, r in row) / len(row),
        )
        for row in rows if row
    ]  # fmt: skip


def is_monotone(rows: Iterable[tuple[float, float, int, float, float]]) -> bool:
    """Tell whether more confidence never means fewer right ones, but for a hair."""
    shares = [row[-1] for row in rows]
    return all(b >= a - TOLERANCE for a, b in pairwise(shares))


def show(title: str, judged: Judged) -> None:
    """Print one table of reliability."""
    rows = table(judged)
    print(f"\n{title}: {len(judged)} judged, {'' if is_monotone(rows) else 'NOT '}monotone")
    print("confidence       n   mean  right")
    for low, high, number, mean, right in rows:
        print(f"{low:.2f}-{high:.2f} {number:7} {mean:6.3f} {right:6.3f}")


def report(found: dict[str, tuple[Path, Path]], scorer_path: Path) -> None:
    """Print how confidence and annotations agree, on the articles that the weights were not fitted on."""
    scorer = load_scorer(scorer_path)
    judged = list(judged_claims(found, scorer, odd=True))
    show("claims", [(sure, right) for _, _, sure, right in judged])
    for name in HARM_SETS:
        if own := [(sure, right) for other, _, sure, right in judged if other == name]:
            show(f"claims of {name}", own)
    show("weapons", judged_weapons(found))
    show("places", judged_places(found, scorer))
