"""The trace of an article."""

from __future__ import annotations

from pathlib import Path

from services.runtime.migrate import execute_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    execute_file(Path(__file__).with_name("0003_trace.sql"))
