"""How long after its POST an article is a row in Postgres, when the stream is idle."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import httpx
import psycopg

from services.cli.embedded import free_port
from services.registry import SERVICES
from tests.benchmarks.measure import Row, Size
from tests.benchmarks.neighbours import PATIENCE, neighbours, running
from tests.benchmarks.prose import article, articles

POSTS = 60


def bench(size: Size) -> Iterator[Row]:
    port = free_port()
    waits: list[float] = []
    with (
        neighbours(tuple(SERVICES), TOCSIN_WORKERS=str(size.cores), TOCSIN_HTTP_PORT=str(port)) as stream,
        running(stream, list(articles(0, 8))),
        psycopg.connect(stream.settings.postgres_dsn.get_secret_value(), autocommit=True) as connection,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        for number in range(POSTS + 1):
            began = time.monotonic()
            answer = client.post("/articles", json=article(8 + number))
            article_id = answer.raise_for_status().json()["article_id"]
            while not connection.execute(
                "SELECT 1 FROM tocsin.articles WHERE article_id = %s", (article_id,)
            ).fetchone():
                if time.monotonic() - began > PATIENCE:
                    raise TimeoutError(article_id)
                time.sleep(0.002)
            waits.append((time.monotonic() - began) * 1000)
            time.sleep(0.1 + number % 7 / 30)  # out of step with whatever loop is behind
    cuts = statistics.quantiles(waits[1:], n=100)
    yield Row("POST to row, p50", cuts[49], "ms", detail=f"{POSTS} articles one after another, idle")
    yield Row("POST to row, p99", cuts[98], "ms", detail=f"{min(waits[1:]):.0f}–{max(waits[1:]):.0f} ms")
