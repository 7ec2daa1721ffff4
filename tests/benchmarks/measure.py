"""What a benchmark gives: rows of a table; and how two contenders are measured side by side."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BATCH = 16  # texts that the bare model is given at once; 64, 256 and 1,024 are no faster


@dataclass(frozen=True)
class Size:
    """How large the benchmarks are: ``articles`` in a round of the pipeline, the rest in proportion."""

    articles: int = 400
    rounds: int = 3
    cores: int = 1


@dataclass(frozen=True)
class Row:
    """A line of the table: a figure, what it should at least or at most be, and what it comes from."""

    name: str
    figure: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    detail: str = ""

    @property
    def goal(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    @property
    def met(self) -> bool | None:
        """Tell whether the figure meets its goal, None where it has none."""
        if self.at_least is not None:
            return self.figure >= self.at_least
        return self.figure <= self.at_most if self.at_most is not None else None


def interleaved(rounds: int, *contenders: Callable[[], float]) -> list[list[float]]:
    """Run contenders in turn, forwards and backwards by turns, and return the figures of each, round by round."""
    figures: list[list[float]] = [[] for _ in contenders]
    turn = list(range(len(contenders)))
    for number in range(rounds):
        for at in turn if number % 2 == 0 else turn[::-1]:
            figures[at].append(contenders[at]())
    return figures


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios round by round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def speeds(unit: str, **figures: Sequence[float]) -> str:
    """Say the median of each contender, and its range."""
    return (
        ", ".join(
            f"{name} {statistics.median(some):,.0f} ({min(some):,.0f}–{max(some):,.0f})"
            for name, some in figures.items()
        )
        + f" {unit}"
    )
