"""A database with the linker's schema."""

import pytest

from services.runtime.migrate import migrate


@pytest.fixture
def dsn(postgres_dsn: str) -> str:
    migrate(postgres_dsn, "services.incidents.migrations", "tocsin_linker")
    return postgres_dsn
