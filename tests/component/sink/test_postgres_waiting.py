"""Waiting for Postgres, and which of its errors mean that it is away."""

import asyncio

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from services.runtime.postgres import conninfo, is_away, ping, unavailable, wait_for_postgres
from services.runtime.service import Unavailable
from services.runtime.settings import Settings

NOWHERE = Settings(postgres_dsn=SecretStr("host=/nowhere dbname=tocsin"))


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (errors.AdminShutdown(), True),
        (errors.CannotConnectNow(), True),
        (errors.TooManyConnections(), True),
        (errors.DeadlockDetected(), True),
        (errors.DiskFull(), True),
        (errors.ReadOnlySqlTransaction(), True),
        (psycopg.OperationalError("the connection is lost"), True),
        (psycopg.InterfaceError("the connection is closed"), True),
        (errors.ProgramLimitExceeded(), False),
        (errors.NumericValueOutOfRange(), False),
        (errors.ForeignKeyViolation(), False),
        (errors.SyntaxError(), False),
        (OSError(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_that_mean_that_postgres_is_away(error, away):
    assert is_away(error) == away


def test_other_errors_pass():
    with pytest.raises(errors.DivisionByZero), unavailable():
        raise errors.DivisionByZero


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("host=db dbname=tocsin", {"host": "db", "connect_timeout": "5", "application_name": "tocsin-sink"}),
        ("postgresql://u:p@[::1]:5433/tocsin", {"host": "::1", "port": "5433", "password": "p"}),
        ("postgresql:///tocsin?host=/run/pg&connect_timeout=30", {"host": "/run/pg", "connect_timeout": "30"}),
        ("application_name=mine", {"application_name": "mine"}),
    ],
)
def test_connection_strings_are_completed_and_not_overruled(dsn, expected):
    assert expected.items() <= conninfo_to_dict(conninfo(dsn, "sink")).items()


def test_a_wrong_connection_string_is_not_quoted():
    with pytest.raises(psycopg.ProgrammingError) as caught:
        conninfo("postgresql+psycopg://u:hunter2@db/tocsin", "sink")
    assert "hunter2" not in str(caught.value)
    assert "TOCSIN_POSTGRES_DSN" in str(caught.value)


async def test_a_ping_says_what_is_wrong():
    with pytest.raises(Unavailable, match="nowhere"):
        await ping(NOWHERE)


async def test_waiting_ends_when_told_to():
    stop = asyncio.Event()
    waiting = asyncio.create_task(wait_for_postgres(NOWHERE, stop))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    stop.set()
    assert await asyncio.wait_for(waiting, 5) is False


async def test_waiting_ends_when_the_database_is_there(postgres_dsn, postgres_server):
    name = conninfo_to_dict(postgres_dsn)["dbname"] + "_later"
    settings = Settings(postgres_dsn=SecretStr(make_conninfo(postgres_dsn, dbname=name)))
    waiting = asyncio.create_task(wait_for_postgres(settings, asyncio.Event()))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            assert await asyncio.wait_for(waiting, 20) is True
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
