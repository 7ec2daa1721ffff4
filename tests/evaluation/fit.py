"""Fit the weights of ``services/casualties/confidence.tsv`` on the even articles of the sets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from tests.evaluation.reliability import judged_claims, load_scorer

WEIGHTS = Path(__file__).parents[2] / "services" / "casualties" / "confidence.tsv"
RIDGE = 5.0  # claims' worth of pull towards no weight
FEWEST = 10  # claims that a feature must have
STEPS = 30
HEAD = """\
# Weights of what is known of a claim, in log odds: python -m tests.evaluation fit. feature <TAB> weight
"""


def fit(found: dict[str, tuple[Path, Path]], scorer_path: Path) -> int:
    """Write the weights of a logistic regression with a ridge, every set with the same say; return how many."""
    judged = list(judged_claims(found, load_scorer(scorer_path), odd=False))
    sizes = Counter(name for name, *_ in judged)
    seen = Counter(feature for _, known, _, _ in judged for feature in known)
    names = sorted(feature for feature, number in seen.items() if number >= FEWEST)
    column = {feature: number for number, feature in enumerate(names)}
    x = np.zeros((len(judged), len(names)))
    for line, (_, known, _, _) in enumerate(judged):
        for feature in known:
            if feature in column:
                x[line, column[feature]] = 1.0
    y = np.array([right for *_, right in judged], dtype=float)
    say = np.array([len(judged) / (len(sizes) * sizes[name]) for name, *_ in judged])
    pull = np.diag([0.0 if feature == "bias" else RIDGE for feature in names])
    weights = np.zeros(len(names))
    for _ in range(STEPS):  # Newton's method
        likely = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (say * (y - likely)) - pull @ weights
        bend = (x * (say * likely * (1 - likely))[:, None]).T @ x + pull
        weights += np.linalg.solve(bend, slope)
    rows = [f"{feature}\t{weight:.2f}\n" for feature, weight in zip(names, weights, strict=True)]
    WEIGHTS.write_text(HEAD + "".join(rows), encoding="utf-8")
    return len(rows)
