"""What a command says when it can't."""

from __future__ import annotations


class CommandError(Exception):
    """Something the user can mend: one line that says what is wrong and what to do."""

    code = 1


class WrongCommandLine(CommandError):  # noqa: N818 - reads as what it is
    """A command line that can't be meant."""

    code = 2
