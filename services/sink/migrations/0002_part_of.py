"""What an account calls an incident a part of."""

from __future__ import annotations

from pathlib import Path

from services.runtime.migrate import execute_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column to the accounts."""
    execute_file(Path(__file__).with_name("0002_part_of.sql"))
