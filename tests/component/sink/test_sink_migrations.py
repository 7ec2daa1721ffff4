"""The migrations of the public schema on a real Postgres."""

import threading

import psycopg
import pytest

from services.runtime.migrate import migrate
from services.sink.rows import ARTICLES, INCIDENTS
from services.sink.service import SERVICE

pytestmark = pytest.mark.postgres

PACKAGE = "services.sink.migrations"


def test_migrating_twice_is_migrating_once(empty_database):
    assert migrate(empty_database, PACKAGE, "tocsin") == ("0001",)
    assert migrate(empty_database, PACKAGE, "tocsin") == ()


def test_migrating_from_several_places_at_a_time(empty_database):
    applied = []
    threads = [
        threading.Thread(target=lambda: applied.append(migrate(empty_database, PACKAGE, "tocsin"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == [(), (), (), ("0001",)]


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


def test_one_who_may_not_make_roles_can_migrate(postgres_dsn, empty_database):
    with psycopg.connect(empty_database, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(f"CREATE ROLE owner_{name} LOGIN")
        admin.execute(f"GRANT CREATE ON DATABASE {name} TO owner_{name}")
    dsn = psycopg.conninfo.make_conninfo(empty_database, user=f"owner_{name}")
    assert migrate(dsn, PACKAGE, "tocsin") == ("0001",)


def test_the_service_is_described():
    assert [topic.name for topic in SERVICE.reads] == ["articles.enriched", "incidents"]
    assert SERVICE.needs_postgres
