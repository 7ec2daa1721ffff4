"""The migrations of the public schema on a real Postgres."""

import threading
from typing import get_args, get_origin

import psycopg
import pytest
from pydantic import SecretStr

from contracts.article import RawArticle
from contracts.casualties import CasualtyClaim, Victims
from contracts.entities import Entity
from contracts.incidents import Incident, IncidentLink, TollReport
from contracts.model import Model
from contracts.places import Place
from contracts.spans import Count, Span, When
from contracts.weapons import WeaponMention
from services.cli.migrate import migrate_all
from services.runtime.migrate import migrate
from services.runtime.service import Unavailable
from services.runtime.settings import Settings
from services.sink.rows import ARTICLES, INCIDENTS
from services.sink.service import SERVICE

PACKAGE = "services.sink.migrations"


def test_migrating_twice_is_migrating_once(postgres_dsn):
    assert migrate(postgres_dsn, PACKAGE, "tocsin") == ("0001", "0002", "0003", "0004")
    assert migrate(postgres_dsn, PACKAGE, "tocsin") == ()


def test_migrating_from_several_places_at_a_time(postgres_dsn):
    applied = []
    threads = [
        threading.Thread(target=lambda: applied.append(migrate(postgres_dsn, PACKAGE, "tocsin"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [(), (), (), ("0001", "0002", "0003", "0004")]


def test_every_table_view_and_column_is_described(dsn):
    with psycopg.connect(dsn) as connection:
        bare = connection.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = 'tocsin'::regnamespace AND c.relname <> 'alembic_version' "
            "AND (c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
            "     AND col_description(c.oid, a.attnum) IS NULL "
            "  OR c.relkind IN ('r', 'v') AND a.attnum = 1 AND obj_description(c.oid) IS NULL)"
        ).fetchall()
    assert bare == []


@pytest.mark.parametrize("parent", [ARTICLES, INCIDENTS], ids=lambda parent: parent.table)
def test_the_sink_knows_the_columns(dsn, parent):
    with psycopg.connect(dsn) as connection:
        columns = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f"tocsin.{parent.table}"],
        ).fetchall()
    assert {name for (name,) in columns} == set(parent.columns)


FLAT = (Count, Place, Span, Victims, When)


def columns_of(model: type[Model], prefix: str = "") -> set[str]:
    """Name the columns of a message: the parts of nested ones carry the field's name in front, unless they have it."""
    names = set()
    for name, field in model.model_fields.items():
        choices = () if get_origin(field.annotation) is tuple else (field.annotation, *get_args(field.annotation))
        nested = {part for part in choices if part in FLAT}
        if prefix and name.startswith(prefix):
            names.add(name)
        elif nested:
            names |= columns_of(nested.pop(), name)
        else:
            names.add(f"{prefix}_{name}" if prefix else name)
    return names


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("articles", columns_of(RawArticle) | {"annotations", "provenance", "enriched_at", "trace_id"}),
        ("entities", columns_of(Entity) | {"article_id", "number"}),
        ("places", columns_of(Place) | {"article_id", "number"}),
        ("weapon_mentions", columns_of(WeaponMention) | {"article_id", "number"}),
        ("casualty_claims", columns_of(CasualtyClaim) | {"article_id"}),
        ("incident_mentions", columns_of(IncidentLink) | {"article_id"}),
        ("toll_history", columns_of(TollReport) | {"incident_id", "harm", "number"}),
        (
            "incidents",
            columns_of(Incident) - {"killed", "injured", "place_spans"}
            | columns_of(Count, "killed")
            | columns_of(Count, "injured"),
        ),
    ],
)
def test_every_field_of_the_messages_has_a_column(dsn, table, expected):
    with psycopg.connect(dsn) as connection:
        columns = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f"tocsin.{table}"],
        ).fetchall()
    assert {name for (name,) in columns} == expected


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tocsin.toll_history SELECT * FROM tocsin.toll_history",
        "UPDATE tocsin.articles SET title = ''",
        "DELETE FROM tocsin.incidents",
        "TRUNCATE tocsin.entities",
        "CREATE TABLE tocsin.mine (a int)",
    ],
)
def test_readers_only_read(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET ROLE tocsin_reader")
        for view in ("articles", "casualty_claims", "incident_summary", "incident_claims", "incident_resolved"):
            assert connection.execute(f"SELECT count(*) FROM tocsin.{view}").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_readers_see_the_tables_of_later_migrations(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE tocsin.later (a int)")
        connection.execute("SET ROLE tocsin_reader")
        assert connection.execute("SELECT count(*) FROM tocsin.later").fetchone() == (0,)


def test_one_who_may_not_make_roles_can_migrate(postgres_dsn):
    with psycopg.connect(postgres_dsn, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(f"CREATE ROLE owner_{name}")
        admin.execute(f"GRANT CREATE ON DATABASE {name} TO owner_{name}")
    dsn = psycopg.conninfo.make_conninfo(postgres_dsn, options=f"-c role=owner_{name}")
    try:
        assert migrate(dsn, PACKAGE, "tocsin") == ("0001", "0002", "0003", "0004")
    finally:
        with psycopg.connect(postgres_dsn, autocommit=True) as admin:
            admin.execute(f"DROP OWNED BY owner_{name}")
            admin.execute(f"DROP ROLE owner_{name}")


def test_a_database_that_is_away_is_said_to_be():
    with pytest.raises(Unavailable, match="nowhere"):
        migrate("host=/nowhere dbname=x", PACKAGE, "tocsin")


def test_a_migration_that_fails_changes_nothing(postgres_dsn):
    with psycopg.connect(postgres_dsn, autocommit=True) as admin:
        admin.execute("CREATE SCHEMA tocsin CREATE VIEW incident_claims AS SELECT 1")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(postgres_dsn, PACKAGE, "tocsin")
    with psycopg.connect(postgres_dsn) as connection:
        assert connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'tocsin'::regnamespace"
        ).fetchall() == [("incident_claims",)]


def test_all_schemas_migrate(postgres_dsn):
    settings = Settings(postgres_dsn=SecretStr(postgres_dsn))
    assert set(migrate_all(settings)) == {"tocsin", "tocsin_linker"}
    assert set(migrate_all(settings).values()) == {()}


def test_the_service_is_described():
    assert [topic.name for topic in SERVICE.reads] == ["articles.enriched", "incidents"]
    assert SERVICE.needs_postgres
