"""The ingest service: the HTTP API and the feeds, in one process, over one producer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
from aiokafka.errors import KafkaError

from contracts.article import RawArticle
from contracts.topics import RAW
from services.ingest.api import create_app
from services.ingest.feeds import follow
from services.ingest.prepare import detect_language
from services.ingest.publish import Publish, outputs
from services.runtime import kafka
from services.runtime.service import Context, Loop, Unavailable

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

    from services.runtime.settings import Settings

log = structlog.get_logger()


class Outlet:
    """The way to Kafka: closed until a broker has answered and has the topic."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self.open = False

    async def connect(self, settings: Settings, stop: asyncio.Event) -> None:
        """Wait, without limit, for Kafka."""
        while not self.open and await kafka.wait_for_topics(settings, (RAW,), stop):
            try:
                await self._producer.start()
                self.open = True
            except (KafkaError, OSError) as error:
                log.warning("waiting for Kafka", reason=repr(error))
                await asyncio.sleep(1)

    async def answers(self) -> bool:
        """Tell whether a broker answers now."""
        return self.open and bool(await self._producer.client.force_metadata_update())

    async def publish(self, articles: Sequence[RawArticle]) -> None:
        """Return when all articles are acknowledged. Raises ``Unavailable``."""
        if not self.open:
            raise Unavailable("no Kafka broker has answered yet")
        await kafka.publish(self._producer, outputs(articles))


async def run(settings: Settings, context: Context) -> None:
    """Serve HTTP and follow the feeds until told to stop; requests in hand are answered first."""
    outlet = Outlet(context.producer)
    context.pings["kafka"] = outlet.answers
    listener = _listen(settings)
    server = _server(settings, outlet)
    context.pings["api"] = lambda: server.started
    await asyncio.to_thread(detect_language, "")  # so that the first article does not wait for the model
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        feeds = group.create_task(_follow(settings, context.stop, outlet, outlet.publish))
        await context.stop.wait()
        feeds.cancel()
        server.should_exit = True


async def _follow(settings: Settings, stop: asyncio.Event, outlet: Outlet, publish: Publish) -> None:
    await outlet.connect(settings, stop)
    await follow(settings, publish)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    # Named as TCP, since asyncio turns Nagle's algorithm off only then: with it an answer takes 40 ms longer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.http_host, settings.http_port))
    except OSError as error:
        listener.close()
        where = f"{settings.http_host}:{settings.http_port}"
        raise OSError(
            f"can't listen on {where} ({error.strerror}); set TOCSIN_HTTP_HOST or TOCSIN_HTTP_PORT"
        ) from error
    log.info(
        "ingest API", address=f"http://{settings.http_host}:{listener.getsockname()[1]}", feeds=len(settings.feeds)
    )
    if not settings.http_token and not _is_loopback(settings.http_host):
        log.warning("anybody who reaches the ingest API may post; TOCSIN_HTTP_TOKEN would ask for a token")
    return listener


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(settings: Settings, outlet: Outlet) -> uvicorn.Server:
    app = create_app(outlet.publish, settings, lambda: outlet.open)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.shutdown_seconds),
    )
    return _Server(config)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the runtime."""
        yield


SERVICE = Loop("ingest", run=run, writes=(RAW,), waits_for_kafka=False)
