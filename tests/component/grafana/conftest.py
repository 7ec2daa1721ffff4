"""A database with the public schema."""

import pytest

from services.runtime.migrate import migrate


@pytest.fixture
def dsn(postgres_dsn: str) -> str:
    migrate(postgres_dsn, "services.sink.migrations", "tocsin")
    return postgres_dsn
