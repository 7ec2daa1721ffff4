"""``tocsin migrate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from services.cli.errors import CommandError
from services.cli.settings import load_settings

if TYPE_CHECKING:
    from services.runtime.settings import Settings

SCHEMAS = {"tocsin": "services.sink.migrations", "tocsin_linker": "services.incidents.migrations"}


def migrate() -> None:
    """Bring the schemas in Postgres up to date; does nothing where they are.

    TOCSIN_POSTGRES_DSN says where; its user must be allowed to make schemas. The roles tocsin_sink and tocsin_reader
    are made where that user may make roles.
    """
    import psycopg

    try:
        applied = migrate_all(load_settings())
    except psycopg.Error as error:
        raise CommandError(f"Postgres refused: {' '.join(str(error).split())}") from error
    for schema, revisions in applied.items():
        typer.echo(f"{schema:14} {' '.join(revisions) or 'up to date'}")


def migrate_all(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Migrate every schema. Returns the revisions applied by schema; raises ``psycopg.Error`` and ``Unavailable``."""
    from services.runtime.migrate import migrate as migrate_schema

    dsn = settings.postgres_dsn.get_secret_value()
    return {schema: migrate_schema(dsn, package, schema) for schema, package in SCHEMAS.items()}
