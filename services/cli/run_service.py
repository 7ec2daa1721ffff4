"""``tocsin run NAME`` and ``tocsin up``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import typer

from services.cli.errors import WrongCommandLine
from services.cli.settings import load_settings
from services.registry import ENRICHERS, SERVICES, load, module_of

CALM_SECONDS = 60.0
LONGEST_PAUSE = 30.0
KILL_AFTER = 25.0


def run(
    name: str = typer.Argument(help=f"One of: {', '.join(SERVICES)}."),
) -> int:
    """Run one service until SIGTERM or Ctrl-C.

    Waits for Kafka (and Postgres, where it needs it). Settings come from TOCSIN_* variables or a .env file. Run more
    replicas of a service by running it again with another TOCSIN_INSTANCE. Exit code 3: stopped by too many
    dead letters.
    """
    if name not in SERVICES:
        raise WrongCommandLine(f"no service is called {name!r}; there are: {', '.join(SERVICES)}")
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # until the service has its own
    from services.runtime.main import run as run_to_the_end

    return run_to_the_end(load(name), module_of(name), ENRICHERS, load_settings())


@dataclass
class Child:
    """One service process and when it may start again."""

    name: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass
class Supervisor:
    """All services as processes of their own; one that dies is started again, with back-off."""

    names: list[str]
    first_port: int
    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        port = self.first_port
        self.children = [Child(n, port + i if port else 0) for i, n in enumerate(self.names)]

    def tend(self) -> None:
        """Start what is due and note what has died."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                calm = now - child.started > CALM_SECONDS
                child.failures = 1 if calm else child.failures + 1
                pause = min(LONGEST_PAUSE, 0.5 * 2.0 ** (child.failures - 1))
                typer.echo(f"{child.name} ended with code {child.process.returncode}; again in {pause:.0f} s", err=True)
                child.process, child.due = None, now + pause
            if child.process is None and now >= child.due:
                child.process = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", "services", "run", child.name],
                    env=os.environ | self.environment | {"TOCSIN_METRICS_PORT": str(child.port)},
                    start_new_session=True,
                )
                child.started = now

    def stop(self) -> None:
        """Ask all to finish what they have in hand, and wait; kill one that does not end."""
        running = [c.process for c in self.children if c.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + KILL_AFTER
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def up(
    only: list[str] = typer.Option([], "--only", help="Only these services; may be given again."),
) -> int:
    """Run all services against the configured brokers, each a process of its own.

    One that dies is started again, with back-off. Health pages are on TOCSIN_METRICS_PORT and the ports after it.
    Ctrl-C stops all of them cleanly.
    """
    if unknown := set(only) - set(SERVICES):
        raise WrongCommandLine(f"no service is called {', '.join(sorted(unknown))}; there are: {', '.join(SERVICES)}")
    settings = load_settings()
    supervisor = Supervisor([n for n in SERVICES if not only or n in only], settings.metrics_port, {})
    stopping: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _frame: stopping.append(number))
    try:
        while not stopping:
            supervisor.tend()
            time.sleep(0.3)
    finally:
        supervisor.stop()
    return 0
