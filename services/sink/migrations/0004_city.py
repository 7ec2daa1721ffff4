"""The city of a place, and the rule that chose it."""

from __future__ import annotations

from pathlib import Path

from services.runtime.migrate import execute_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns."""
    execute_file(Path(__file__).with_name("0004_city.sql"))
