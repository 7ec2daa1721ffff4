"""The service and the command, over real sockets; with a broker where one is needed."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from contracts.article import RawArticle
from contracts.topics import RAW
from services.cli import app
from services.cli.demo import read_all
from services.ingest.service import SERVICE
from services.runtime.kafka import create_topics, producer
from services.runtime.service import Context, Loop
from services.runtime.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(bootstrap: str, **given: object) -> Settings:
    return Settings(_env_file=None, kafka_bootstrap_servers=bootstrap, http_port=free_port(), **given)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Context]]:
    async def stopped(why: str) -> None:
        raise AssertionError(why)

    context = Context(asyncio.Event(), producer(settings, "ingest"), (), stopped)
    assert isinstance(SERVICE, Loop)
    task = asyncio.create_task(SERVICE.run(settings, context))
    try:
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.http_port}") as http:
            while not ("api" in context.pings and context.pings["api"]()):
                assert not task.done(), task.exception()
                await asyncio.sleep(0.01)
            yield http, context
    finally:
        context.stop.set()
        async with asyncio.timeout(10):
            await task
        await context.producer.stop()


async def records(settings: Settings) -> dict[str, RawArticle]:
    """Read our articles from ``articles.raw``: the last one by key."""
    ours = [r for r in await read_all(settings, RAW.full_name) if b'"component-ingest"' in r.value]
    return {r.key.decode(): RawArticle.read(r.value, r.timestamp) for r in ours}


async def test_while_kafka_is_away_the_api_says_so() -> None:
    async with running(settings(f"127.0.0.1:{free_port()}")) as (http, context):
        for path in ("/articles", "/articles:batch"):
            answer = await http.post(path, json={"text": "Five people were hurt."})
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        ping = context.pings["kafka"]()
        assert not (ping if isinstance(ping, bool) else await ping)


async def test_a_taken_port_is_named() -> None:
    taken = settings("127.0.0.1:1")
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", taken.http_port))
        holder.listen()
        with pytest.raises(OSError, match="TOCSIN_HTTP_PORT"):
            async with running(taken):
                pass


async def test_what_is_accepted_is_in_kafka(kafka) -> None:
    ours = settings(kafka.bootstrap)
    await create_topics(ours)
    token, text = uuid.uuid4().hex, "Five people were hurt in Kyiv. \ud800 \x00 п'ятеро"
    async with running(ours) as (http, _):
        body = json.dumps({"text": text, "source": "component-ingest", "url": f"https://example.org/{token}"}).encode()
        while (answer := await http.post("/articles", content=body)).status_code == 503:
            await asyncio.sleep(0.05)
    assert answer.status_code == 202
    assert (await records(ours))[answer.json()["article_id"]].text == text


def test_the_command(
    kafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = settings(kafka.bootstrap)
    asyncio.run(create_topics(ours))
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap)
    monkeypatch.chdir(tmp_path)
    articles = [{"title": f"Strike {n}", "text": uuid.uuid4().hex, "source": "component-ingest"} for n in range(3)]
    good = tmp_path / "good.jsonl"
    good.write_text("".join(json.dumps(article) + "\n" for article in [*articles, articles[0]]))
    assert app.run(["ingest", str(good)]) == 0
    assert capsys.readouterr().out == "accepted 3, duplicate 1, rejected 0\n"
    sent = asyncio.run(records(ours))
    assert {a["text"] for a in articles} <= {article.text for article in sent.values()}
    assert all(key == str(article.article_id) for key, article in sent.items())

    (tmp_path / "bad.json").write_text('{"title": 5}')
    assert app.run(["ingest", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert told.out == "accepted 3, duplicate 1, rejected 1\n"
    assert "bad.json: title: should be a valid string" in told.err


def test_the_command_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{free_port()}")
    assert app.run(["ingest", "missing.txt"]) == 1
    assert "missing.txt" in capsys.readouterr().err
    (tmp_path / "a.txt").write_text("Title")
    assert app.run(["ingest", "a.txt"]) == 1
    assert "TOCSIN_KAFKA_BOOTSTRAP_SERVERS" in capsys.readouterr().err
