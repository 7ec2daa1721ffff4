"""The index of incidents."""

from __future__ import annotations

from pathlib import Path

from services.runtime.migrate import execute_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    execute_file(Path(__file__).with_name("0001_index.sql"))
