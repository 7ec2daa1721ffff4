"""The join of an article with its annotations, one partition at a time: pure, with the log as its only state.

Records and offsets go in; finished articles and the offsets that are safe to commit come out. The commit rule is the
heart of it. Raw is safe up to the oldest article that is not finished (the cut). Annotations are safe up to the
smallest annotation of *any* article at or after the cut, finished or not: after a restart raw is read from the cut
again, and a finished article behind the cut needs its annotations once more, or it would wait for them for ever.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R")
A = TypeVar("A")


class Safe(NamedTuple):
    """Offsets that may be committed: the next record to read after a restart, of each topic."""

    raw: int
    annotations: int


@dataclass
class Finished(Generic[R, A]):
    """An article with an annotation of every kind."""

    offset: int
    raw: R
    annotations: dict[str, A]


@dataclass
class _Article(Generic[R, A]):
    raw: R | None = None
    arrived: bool = False
    done: bool = False
    size: int = 0
    annotations: dict[str, A] = field(default_factory=dict)


class Join(Generic[R, A]):
    """The join of one partition of ``articles.raw`` and the same partition of ``articles.annotations``.

    ``kinds`` are the annotations that an article needs. ``raw_start`` and ``annotations_start`` are the offsets that
    reading begins at. Both topics must be fed in order of offset. ``waiting`` counts articles that lack annotations,
    ``early`` those of which there are only annotations, with the bytes that these hold. Calls are amortised O(log n).
    """

    def __init__(self, kinds: Collection[str], raw_start: int = 0, annotations_start: int = 0) -> None:
        self._kinds = frozenset(kinds)
        self._raw_next, self._annotations_next = raw_start, annotations_start
        self._articles: dict[int, _Article[R, A]] = {}
        self._order: deque[int] = deque()
        self._first_annotation: list[tuple[int, int]] = []
        self.waiting = self.waiting_bytes = 0
        self.early = self.early_bytes = 0

    def add_raw(self, offset: int, raw: R, size: int = 0) -> Finished[R, A] | None:
        """Take a raw record of so many bytes; return it finished if its annotations came before it."""
        article = self._arrive(offset)
        if article is None:
            return None
        article.raw = raw
        article.size += size
        self.waiting += 1
        self.waiting_bytes += article.size
        return self._finish(offset, article)

    def skip_raw(self, offset: int) -> None:
        """Pass over a raw record that is no article: nothing waits for it."""
        article = self._arrive(offset)
        if article is not None:
            article.done = True
            article.annotations.clear()

    def add_annotation(
        self, offset: int, raw_offset: int, kind: str, annotation: A, size: int = 0
    ) -> Finished[R, A] | None:
        """Take an annotation of so many bytes; return its article if that is finished now.

        An annotation of an article before the start, or that the raw topic has passed without showing it, is dropped.
        """
        if offset < self._annotations_next:
            return None
        self._annotations_next = offset + 1
        article = self._articles.get(raw_offset)
        if article is None:
            if raw_offset < self._raw_next:
                return None
            article = self._articles[raw_offset] = _Article()
            self.early += 1
        if not article.done and kind not in article.annotations:
            if not article.annotations:
                heapq.heappush(self._first_annotation, (offset, raw_offset))
            article.annotations[kind] = annotation
            article.size += size
            if article.arrived:
                self.waiting_bytes += size
            else:
                self.early_bytes += size
        return self._finish(raw_offset, article)

    def skip_annotation(self, offset: int) -> None:
        """Pass over a record that is no annotation."""
        self._annotations_next = max(self._annotations_next, offset + 1)

    def safe(self) -> Safe:
        """Return the offsets that may be committed once all that has come out is acknowledged."""
        while self._order and self._articles[self._order[0]].done:
            del self._articles[self._order.popleft()]
        cut = self._order[0] if self._order else self._raw_next
        while self._first_annotation and self._first_annotation[0][1] not in self._articles:
            heapq.heappop(self._first_annotation)
        first = self._first_annotation[0][0] if self._first_annotation else self._annotations_next
        return Safe(cut, min(first, self._annotations_next))

    def oldest(self) -> R | None:
        """Return the raw record of the oldest article that waits."""
        return next((a.raw for o in self._order if not (a := self._articles[o]).done), None)

    def _arrive(self, offset: int) -> _Article[R, A] | None:
        if offset < self._raw_next:
            return None
        if offset > self._raw_next:  # a gap in the log: what it held will never come
            for gone in [o for o, a in self._articles.items() if o < offset and not a.arrived]:
                self._arrived(self._articles.pop(gone))
        self._raw_next = offset + 1
        article = self._articles.get(offset)
        if article is None:
            article = self._articles[offset] = _Article()
        else:
            self._arrived(article)
        article.arrived = True
        self._order.append(offset)
        return article

    def _arrived(self, article: _Article[R, A]) -> None:
        """Count an article no longer among those whose annotations came before it."""
        self.early -= 1
        self.early_bytes -= article.size

    def _finish(self, offset: int, article: _Article[R, A]) -> Finished[R, A] | None:
        if article.done or not article.arrived or not self._kinds <= article.annotations.keys():
            return None
        assert article.raw is not None
        finished = Finished(offset, article.raw, article.annotations)
        article.done, article.raw, article.annotations = True, None, {}
        self.waiting -= 1
        self.waiting_bytes -= article.size
        return finished
