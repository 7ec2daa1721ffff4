"""Migrations: Alembic's, run from inside an installed package, without an ini file or an env.py.

A package of migrations is a flat folder: ``0001_name.py``, ``0002_name.py``, ... (Alembic revisions) and the SQL files
that they run by ``execute_file``. A file ``grants.sql`` beside them is run after every upgrade, so that roles which an
administrator makes later get their rights by running the migrations again; it must be idempotent.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text
from sqlalchemy.exc import DBAPIError

from services.runtime.postgres import conninfo, is_away
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

log = structlog.get_logger()
LOCK = 0x70C51


def migrate(dsn: str, package: str, schema: str) -> tuple[str, ...]:
    """Bring a schema up to the package's newest revision, in one transaction, one process at a time.

    ``dsn`` is anything libpq takes. The schema is created where it is missing and holds the table of versions. Returns
    the revisions that were applied, oldest first. Raises ``psycopg.Error`` where Postgres refuses and ``Unavailable``
    where it is away; nothing is changed then.
    """
    try:
        return _migrate(dsn, package, schema)
    except (DBAPIError, psycopg.Error) as error:
        cause = (error.orig if isinstance(error, DBAPIError) else None) or error
        if is_away(cause):
            raise Unavailable(f"Postgres: {' '.join(str(cause).split())}; TOCSIN_POSTGRES_DSN says where") from error
        raise cause from None


def _migrate(dsn: str, package: str, schema: str) -> tuple[str, ...]:
    def connect() -> psycopg.Connection:
        connection = psycopg.connect(conninfo(dsn, "migrate"))
        connection.add_notice_handler(_say)
        return connection

    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=pool.NullPool)
    with as_file(files(package)) as folder, engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if connection.scalar(text("SELECT to_regnamespace(:schema)"), {"schema": schema}) is None:
            connection.execute(text(f'CREATE SCHEMA "{schema}"'))
        applied = _upgrade(connection, folder, schema)
        if (grants := folder / "grants.sql").exists():
            _execute(connection, grants)
    return applied


def execute_file(path: Path) -> None:
    """Run an SQL file of many statements inside the migration that calls this."""
    _execute(op.get_bind(), path)


def _say(notice: psycopg.errors.Diagnostic) -> None:
    if notice.severity_nonlocalized == "WARNING":
        log.warning("Postgres", notice=notice.message_primary)


def _execute(connection: Connection, path: Path) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute(path.read_bytes())


def _upgrade(connection: Connection, folder: Path, schema: str) -> tuple[str, ...]:
    script = ScriptDirectory(str(folder), version_locations=[str(folder)])
    applied: list[str] = []

    def steps(revision: Any, _context: object) -> Any:  # noqa: ANN401 - Alembic's own types
        found: Sequence[Any] = script._upgrade_revs("head", revision)  # noqa: SLF001 - as in Alembic's command.upgrade
        applied.extend(step.revision.revision for step in found)
        return found

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, version_table_schema=schema)
        with environment.begin_transaction():
            environment.run_migrations()
    return tuple(applied)
