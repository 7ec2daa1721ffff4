"""/metrics, /healthz and /readyz, served from a thread, so that they answer also when the loop is stuck."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import make_wsgi_app

from services.runtime import metrics

if TYPE_CHECKING:
    from services.runtime.settings import Settings

log = structlog.get_logger()
Ping = Callable[[], Awaitable[bool] | bool]
STUCK_SECONDS = 30.0
PING_SECONDS = 2.0


class Health:
    """The state behind the pages: alive while the loop ticks, ready while every ping says so."""

    def __init__(self, service: str, pings: Mapping[str, Ping]) -> None:
        self.service = service
        self.pings = dict(pings)
        self.results: dict[str, str] = dict.fromkeys(self.pings, "not yet asked")
        self.stopped: str | None = None
        self._ticked = time.monotonic()

    def alive(self) -> bool:
        """Tell whether the event loop has ticked of late."""
        return time.monotonic() - self._ticked < STUCK_SECONDS

    def ready(self) -> bool:
        """Tell whether all neighbours answer and nothing has stopped the service."""
        return self.alive() and self.stopped is None and all(r == "ok" for r in self.results.values())

    async def watch(self) -> None:
        """Ask every ping, again and again, until cancelled."""
        while True:
            self._ticked = time.monotonic()
            for name, ping in list(self.pings.items()):
                self.results[name] = await _ask(ping)
            metrics.READY.labels(self.service).set(self.ready())
            if memory := resident_bytes():
                metrics.MEMORY_BYTES.labels(self.service).set(memory)
            await asyncio.sleep(PING_SECONDS)

    def page(self, path: str) -> tuple[int, dict[str, Any]]:
        """Answer /healthz or /readyz."""
        body: dict[str, Any] = {"service": self.service, "alive": self.alive()}
        if path == "/healthz":
            return (200 if self.alive() else 503), body
        body |= {"ready": self.ready(), "checks": self.results, "stopped": self.stopped}
        return (200 if self.ready() else 503), body


def resident_bytes() -> int:
    """Measure the resident memory of this process and its workers; 0 where there is no ``/proc``."""
    pages = 0
    for pid in ("self", *(child.pid for child in multiprocessing.active_children())):
        with contextlib.suppress(OSError):  # a worker that has just ended
            pages += int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def _ask(ping: Ping) -> str:
    try:
        answer = ping()
        if isinstance(answer, Awaitable):
            answer = await asyncio.wait_for(answer, PING_SECONDS * 2)
    except Exception as error:  # noqa: BLE001 - whatever a ping raises is its answer
        return f"{type(error).__name__}: {error}"[:200]
    return "ok" if answer else "no"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def serve(health: Health, settings: Settings) -> WSGIServer:
    """Start the pages; the caller shuts the server down. Port 0 takes a free one.

    Raises ``OSError`` where the port is taken.
    """
    prometheus = make_wsgi_app()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/metrics":
            answer: Iterable[bytes] = prometheus(environ, start_response)
            return answer
        if path in ("/healthz", "/readyz"):
            status, body = health.page(path)
        else:
            status, body = 404, {"pages": ["/metrics", "/healthz", "/readyz"]}
        phrase = {200: "200 OK", 404: "404 Not Found", 503: "503 Service Unavailable"}[status]
        start_response(phrase, [("Content-Type", "application/json")])
        return [json.dumps(body).encode() + b"\n"]

    server = make_server(settings.http_host, settings.metrics_port, app, _Server, _Silent)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    log.info("health pages", address=f"http://{settings.http_host}:{server.server_port}")
    return server
