"""Dead letters: what is put aside and why, and the limit after which a service stops instead."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts.dead_letter import HEADER_PREFIX, DeadLetter
from contracts.topics import dead_letters
from services import VERSION
from services.runtime.service import Output, Reject

if TYPE_CHECKING:
    from services.runtime.settings import Settings

_MESSAGE_LIMIT = 2000
_KEY_LIMIT = 65_536
_LAST_MS = 253_402_300_799_999  # the end of the year 9999


class LimitReached(Exception):  # noqa: N818 - a state, not an error
    """Too many dead letters: a broken deployment must stop and not pour the stream into them."""


def reason_of(error: BaseException) -> str:
    """Name the reason of a failure by a slug."""
    if isinstance(error, Reject):
        return error.reason
    if isinstance(error, ValidationError):
        return "invalid-json" if error.errors(include_url=False)[0]["type"] == "json_invalid" else "invalid-schema"
    if type(error).__name__ == "MessageSizeTooLargeError":
        return "output-too-large"
    return "bug"


def said(error: BaseException) -> str:
    """Say what went wrong without quoting the article."""
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'message'}: {e['msg']}" for e in found)
    return str(error)


def dead_letter(service: str, record: Any, error: BaseException, attempts: int = 1) -> Output:  # noqa: ANN401 - aiokafka's record is untyped
    """Build the dead letter of a record: value and key as they were, its own headers kept, the story in new ones."""
    letter = DeadLetter(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key.hex() if record.key is not None and len(record.key) <= _KEY_LIMIT else None,
        timestamp=datetime.fromtimestamp(min(max(record.timestamp or 0, 0), _LAST_MS) / 1000, tz=UTC),
        service=service,
        version=VERSION,
        reason=reason_of(error),
        exception=type(error).__name__,
        message=said(error)[:_MESSAGE_LIMIT],
        attempts=attempts,
        failed_at=datetime.now(UTC),
    )
    kept = tuple((k, v if v is not None else b"") for k, v in record.headers if not k.startswith(HEADER_PREFIX))
    if sum(len(k) + len(v) for k, v in kept) > _KEY_LIMIT:
        kept = ()
    return Output(
        topic=dead_letters(service),
        key=f"{record.topic}/{record.partition}/{record.offset}",
        value=record.value if record.value is not None else b"",
        partition=0,
        headers=(*kept, *letter.to_headers()),
    )


@dataclass
class Limit:
    """The share of dead letters among the last messages, and the number in a row, that are one too many."""

    ratio: float
    window: int
    consecutive: int

    def __post_init__(self) -> None:
        self._last: deque[bool] = deque(maxlen=self.window)
        self._row = 0

    @classmethod
    def of(cls, settings: Settings) -> Limit:
        """Take the limit from the settings."""
        return cls(settings.dead_letter_ratio, settings.dead_letter_window, settings.dead_letter_consecutive)

    def check(self, dead: Sequence[bool]) -> None:
        """Say beforehand whether a batch would be one too many. Raises ``LimitReached`` with the figures."""
        self._after(dead)

    def count(self, dead: Sequence[bool]) -> None:
        """Count a batch, in order, once what is dead has been put aside. Raises ``LimitReached`` with the figures."""
        self._last, self._row = self._after(dead)

    def _after(self, dead: Sequence[bool]) -> tuple[deque[bool], int]:
        last, row = self._last.copy(), self._row
        for one in dead:
            last.append(one)
            row = row + 1 if one else 0
            if row >= self.consecutive:
                raise LimitReached(f"{row} dead letters in a row (limit {self.consecutive})")
            if one and len(last) == self.window and sum(last) >= self.ratio * self.window:
                raise LimitReached(f"{sum(last)} dead letters among the last {self.window} (limit {self.ratio:.0%})")
        return last, row
