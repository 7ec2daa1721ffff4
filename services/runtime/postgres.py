"""Postgres: how to connect, which errors mean that it is away, and one connection that comes back."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from services.runtime import metrics
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from services.runtime.settings import Settings

log = structlog.get_logger()
LOG_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 5.0

# A server that hangs, or a host that is gone without a word, is noticed within some 20 seconds.
_DEFAULTS = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}

# What no message can be blamed for, so that trying again later is right. Of the OperationalErrors only the exceeded
# limits (class 54: an index row too long, ...) come from the data.
_AWAY: tuple[type[psycopg.Error], ...] = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,  # a fail-over has left us with a standby
    errors.IdleInTransactionSessionTimeout,
    errors.TransactionTimeout,
)
_PROGRAM_LIMIT = "54"  # class of SQLSTATE
_NOT_MIGRATED = (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName, errors.InsufficientPrivilege)


def conninfo(dsn: str, service: str) -> str:
    """Complete a libpq connection string or URL with time limits and the application's name; what it says itself wins.

    Raises ``psycopg.ProgrammingError`` where libpq can't read it, without the string: it may hold a password.
    """
    try:
        given: dict[str, Any] = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise psycopg.ProgrammingError("TOCSIN_POSTGRES_DSN is no connection string or URL of libpq") from None
    return make_conninfo(**{"application_name": f"tocsin-{service}", **_DEFAULTS, **given})


def is_away(error: BaseException) -> bool:
    """Tell whether an error means that Postgres can't serve now, rather than that a statement or its data is wrong."""
    return isinstance(error, _AWAY) and not (error.sqlstate or "").startswith(_PROGRAM_LIMIT)


@contextmanager
def unavailable() -> Iterator[None]:
    """Raise ``Unavailable`` for errors of a Postgres that is away, or whose schema has not been migrated yet."""
    try:
        yield
    except _NOT_MIGRATED as error:
        raise Unavailable(f"Postgres: {_line(error)}; `tocsin migrate` makes the tables and grants") from error
    except psycopg.Error as error:
        if is_away(error):
            raise Unavailable(f"Postgres: {_line(error)}") from error
        raise


class Postgres:
    """One connection to Postgres, opened when first needed and again after it broke.

    Not for concurrent use: whoever needs two transactions at a time takes two of these.
    """

    def __init__(self, settings: Settings, service: str) -> None:
        self._conninfo, self._service = conninfo(settings.postgres_dsn.get_secret_value(), service), service
        self._connection: psycopg.AsyncConnection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """Run one transaction: committed at the end, rolled back by an exception.

        Raises ``Unavailable`` where Postgres is away; whether a commit that it interrupts was done is not known then.
        """
        with unavailable():
            connection = await self._open()
            began = time.perf_counter()
            async with connection.transaction():
                yield connection
            metrics.POSTGRES_SECONDS.labels(self._service).observe(time.perf_counter() - began)

    async def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            await self._connection.close()

    async def _open(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        return self._connection


async def ping(settings: Settings, service: str = "ping") -> bool:
    """Ask Postgres how many connections it has and may have. Raises ``Unavailable`` where there is no answer."""
    with unavailable():
        async with await psycopg.AsyncConnection.connect(
            conninfo(settings.postgres_dsn.get_secret_value(), service), autocommit=True
        ) as connection:
            found = await connection.execute(
                "SELECT sum(numbackends)::int, current_setting('max_connections')::int FROM pg_stat_database"
            )
            for used, limit in await found.fetchall():
                metrics.POSTGRES_CONNECTIONS.set(used)
                metrics.POSTGRES_CONNECTIONS_LIMIT.set(limit)
    return True


async def wait_for_postgres(settings: Settings, stop: asyncio.Event) -> bool:
    """Wait, without limit, until Postgres answers; False when told to stop before.

    Says every ten seconds what it waits for. The pause between two tries grows to ``LONGEST_PAUSE_SECONDS``.
    """
    loop = asyncio.get_running_loop()
    pause, said = 0.25, -LOG_SECONDS
    while not stop.is_set():
        try:
            return await ping(settings, "wait")
        except Unavailable as error:
            if loop.time() - said >= LOG_SECONDS:
                said = loop.time()
                log.warning("waiting for Postgres", reason=str(error))
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    return False


def _line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
