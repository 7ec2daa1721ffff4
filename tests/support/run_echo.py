"""Run the echo enricher as a process: ``python -m tests.support.run_echo``."""

from __future__ import annotations

from services.runtime.main import run
from services.runtime.settings import Settings
from tests.support import echo

if __name__ == "__main__":
    raise SystemExit(run(echo.SERVICE, "tests.support.echo", ("casualties",), Settings(_env_file=None)))
