"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from services.cli.errors import WrongCommandLine


def moment(words: str) -> datetime:
    """Read a time in ISO 8601; without a zone it is UTC. Raises ``WrongCommandLine``."""
    try:
        read = datetime.fromisoformat(words)
    except ValueError:
        raise WrongCommandLine(f"{words!r} is no time; one is 2024-03-21 or 2024-03-21T08:00:00+02:00") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
