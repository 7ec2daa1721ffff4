"""How sure a claim is: a sum of weights for what is known of it, fitted on annotated articles.

``confidence.tsv`` holds the weights; ``python -m tests.evaluation fit`` writes it. Confidence is the share of claims of
that kind whose figure the annotators have, too.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources

from contracts.casualties import CasualtyClaim
from contracts.spans import Qualifier, Section

_FEW, _MANY = 10, 100
_SUFFIXES = ("_joint", "_outdated", "_open", "_died")
_LOWEST, _HIGHEST = 0.05, 0.99


def load_weights() -> dict[str, float]:
    """Read ``confidence.tsv``: feature and weight, in units of log odds."""
    lines = resources.files("services.casualties").joinpath("confidence.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {feature: float(weight) for feature, weight in pairs}


def features(claims: Sequence[CasualtyClaim]) -> Iterator[tuple[str, ...]]:
    """Yield what is known of each claim of an article, as names of features."""
    told = Counter((claim.harm, _figure(claim)) for claim in claims)
    for claim in claims:
        rule = claim.rule or ""
        endings = [ending for ending in _SUFFIXES if rule.endswith(ending)]
        for ending in endings:
            rule = rule.removesuffix(ending)
        yield (
            "bias",
            f"rule {rule}",
            *(f"reading {ending[1:]}" for ending in endings),
            f"count {_kind(claim)}",
            f"section {claim.section if claim.section in (Section.HEADLINE, Section.LEAD, Section.BODY) else 'other'}",
            f"scope {claim.scope}",
            f"victims {_known(claim)}",
            f"told {min(told[claim.harm, _figure(claim)], 3)}",
            *(("claimant",) if claim.claimant else ()),
            *(("part",) if claim.part_of else ()),
        )


def confidences(claims: Sequence[CasualtyClaim], weights: Mapping[str, float]) -> Iterator[float]:
    """Yield the confidence of each claim of an article."""
    return (probability(known, weights) for known in features(claims))


def probability(known: Iterable[str], weights: Mapping[str, float]) -> float:
    """Turn features into a probability, never quite 0 or 1."""
    odds = sum(weights.get(feature, 0.0) for feature in known)
    return round(min(max(1 / (1 + math.exp(-odds)), _LOWEST), _HIGHEST), 2)


def _figure(claim: CasualtyClaim) -> tuple[int | None, int | None]:
    return claim.count.best, claim.count.min


def _kind(claim: CasualtyClaim) -> str:
    count = claim.count
    if count.best is None:
        return "unspecified" if count.qualifier is Qualifier.UNSPECIFIED else "vague"
    if count.qualifier is not Qualifier.EXACT:
        return "hedged"
    if count.best < 2:
        return "one" if count.best else "none"
    return "few" if count.best < _FEW else "many" if count.best < _MANY else "hundreds"


def _known(claim: CasualtyClaim) -> str:
    if claim.victims.names:
        return "named"
    return "group" if claim.victims.group != "people" else "quoted" if claim.victims.quote else "unsaid"
