"""What a command says when it can't."""

from __future__ import annotations


class CommandError(Exception):
    """Something the user can mend: one line that says what is wrong and what to do."""
