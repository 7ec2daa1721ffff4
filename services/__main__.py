"""The command line: ``tocsin`` and ``python -m services``."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    from services.cli.app import run  # noqa: PLC0415 - worker processes import this module and need no command line

    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    raise SystemExit(main())
