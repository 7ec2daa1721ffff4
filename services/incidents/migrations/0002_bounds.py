"""Bounds on what is compared and folded."""

from __future__ import annotations

from pathlib import Path

from services.runtime.migrate import execute_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Order mentions by report, and file undated ones by day."""
    execute_file(Path(__file__).with_name("0002_bounds.sql"))
