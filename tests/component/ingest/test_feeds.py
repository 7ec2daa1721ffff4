"""Feeds against a server of our own on 127.0.0.1."""

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
import structlog

from contracts.article import RawArticle
from services.ingest import feeds
from services.ingest.feeds import Feed, follow, poll
from services.ingest.fetch import FetchError, fetch
from services.runtime.service import Unavailable
from services.runtime.settings import Settings

ITEM = (
    "<item><title>Strike on Kyiv</title><link>https://example.org/{0}</link>"
    "<description>&lt;p&gt;Five people were hurt in the strike, &lt;b&gt;officials&lt;/b&gt; said.&lt;/p&gt;&lt;p&gt;{1}&lt;/p&gt;"
    "</description><pubDate>Thu, 21 Mar 2024 08:15:00 +0200</pubDate></item>"
)


def rss(*items: tuple[str, str]) -> bytes:
    body = "".join(ITEM.format(*item) for item in items)
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>Example Wire</title>{body}</channel></rss>".encode()
    )


Answer = Callable[[dict[str, str], asyncio.StreamWriter], object]


@dataclass
class Site:
    """A web site: an answer for each path, and a record of what was asked."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
        path = request.split()[1]
        self.asked.append((path, headers))
        answer = self.pages[path](headers, writer)
        try:
            if asyncio.iscoroutine(answer):
                await answer
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


def reply(status: int, body: bytes = b"", **headers: str) -> Answer:
    lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
    head = f"HTTP/1.1 {status} X\r\n{lines}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode("latin-1")
    return lambda _headers, writer: writer.write(head + body)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()


def settings(*urls: str, **given: object) -> Settings:
    return Settings(_env_file=None, feeds=urls, **{"feeds_allow_private": True, "feeds_timeout_seconds": 5.0, **given})


class Broker:
    def __init__(self) -> None:
        self.taken: list[RawArticle] = []
        self.away = False

    async def publish(self, articles: Sequence[RawArticle]) -> None:
        if self.away:
            raise Unavailable("no broker answers")
        self.taken += articles


async def test_a_feed_becomes_articles(site: Site) -> None:
    site.pages["/feed"] = reply(200, rss(("a?utm_source=rss", "One is a child."), ("b", "Two.")))
    broker = Broker()
    assert await poll(Feed(site.url("/feed")), settings(), broker.publish) == 2
    first, second = broker.taken
    assert (first.title, first.source, first.url) == (
        "Strike on Kyiv",
        "Example Wire",
        "https://example.org/a?utm_source=rss",
    )
    assert first.text == "Five people were hurt in the strike, officials said.\nOne is a child."
    assert first.published_at is not None
    assert first.published_at.isoformat() == "2024-03-21T06:15:00+00:00"
    assert first.attributes == {"feed": site.url("/feed")}
    assert first.language == "en"
    assert first.article_id == RawArticle(url="https://example.org/a", title="x").article_id != second.article_id


async def test_what_was_read_is_not_sent_again_and_what_changed_is(site: Site) -> None:
    feed, broker = Feed(site.url("/feed")), Broker()
    site.pages["/feed"] = reply(200, rss(("a", "one"), ("b", "two")))
    assert await poll(feed, settings(), broker.publish) == 2
    site.pages["/feed"] = reply(200, rss(("c", "three"), ("a", "one"), ("b", "two, corrected")))
    assert await poll(feed, settings(), broker.publish) == 2
    assert [a.url[-1] for a in broker.taken if a.url] == ["a", "b", "c", "b"]


async def test_an_unchanged_feed_is_not_sent_by_the_server(site: Site) -> None:
    def page(headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        known = (
            headers.get("if-none-match") == '"v1"'
            and headers.get("if-modified-since") == "Thu, 21 Mar 2024 08:00:00 GMT"
        )
        given = {"etag": '"v1"', "last_modified": "Thu, 21 Mar 2024 08:00:00 GMT"}
        (reply(304) if known else reply(200, rss(("a", "one")), **given))(headers, writer)

    site.pages["/feed"] = page
    feed, broker = Feed(site.url("/feed")), Broker()
    assert [await poll(feed, settings(), broker.publish) for _ in range(3)] == [1, 0, 0]
    assert [("if-none-match" in headers) for _, headers in site.asked] == [False, True, True]


async def test_a_feed_counts_as_read_only_when_its_articles_are_acknowledged(site: Site) -> None:
    site.pages["/feed"] = reply(200, rss(("a", "one")), etag='"v1"')
    feed, broker = Feed(site.url("/feed")), Broker()
    broker.away = True
    with pytest.raises(Unavailable):
        await poll(feed, settings(), broker.publish)
    broker.away = False
    assert await poll(feed, settings(), broker.publish) == 1
    assert "if-none-match" not in site.asked[-1][1]


async def test_redirects_are_followed(site: Site) -> None:
    site.pages |= {"/old": reply(301, location="/moved"), "/moved": reply(302, location=site.url("/feed", "localhost"))}
    site.pages["/feed"] = reply(200, rss(("a", "one")))
    assert await poll(Feed(site.url("/old")), settings(), Broker().publish) == 1
    assert site.asked[-1][1]["host"] == f"localhost:{site.port}"


async def test_a_packed_feed_is_unpacked(site: Site) -> None:
    site.pages["/feed"] = reply(200, gzip.compress(rss(("a", "one"))), content_encoding="gzip")
    assert await poll(Feed(site.url("/feed")), settings(), Broker().publish) == 1


BOMB = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(8)
)
BOMB += b"]><rss version='2.0'><channel><item><title>&i;</title></item></channel></rss>"
LEAK = b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss version='2.0'><channel><item><title>&x;</title></item></channel></rss>"


def endless(_: dict[str, str], writer: asyncio.StreamWriter) -> object:
    async def go() -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()

    return go()


def silent(_: dict[str, str], writer: asyncio.StreamWriter) -> object:
    async def go() -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<rss>")
        await asyncio.sleep(60)

    return go()


FAULTS: dict[str, tuple[Answer, str]] = {
    "an error": (reply(500), "HTTP status 500"),
    "not found": (reply(404), "HTTP status 404"),
    "a body without end": (endless, "more than 20,000 bytes"),
    "a packed bomb": (reply(200, gzip.compress(bytes(50_000_000)), content_encoding="gzip"), "more than 20,000 bytes"),
    "an encoding nobody asked for": (reply(200, b"x", content_encoding="br"), "content encoding br"),
    "a damaged packing": (reply(200, b"no gzip", content_encoding="gzip"), "incorrect header check"),
    "an entity bomb": (reply(200, BOMB), "document type"),
    "an entity bomb in UTF-16": (
        reply(200, BOMB.decode().replace("?>", " encoding='utf-16'?>", 1).encode("utf-16")),
        "document type",
    ),
    "a file by entity": (reply(200, LEAK), "document type"),
    "a web page": (reply(200, b"<html><body>Hello</body></html>"), "no RSS or Atom feed"),
    "nothing": (reply(200), "no RSS or Atom feed"),
    "a redirect to itself": (reply(302, location="/feed"), "redirects"),
    "a redirect to a file": (reply(302, location="file:///etc/passwd"), "not http(s)"),
    "a redirect to nowhere": (reply(302, location="http://[::bad"), "Invalid URL"),
    "a redirect to a closed port": (reply(302, location="http://127.0.0.1:1/"), "ConnectError"),
    "no HTTP": (lambda _, writer: writer.write(b"SSH-2.0-OpenSSH\r\n"), "RemoteProtocolError"),
    "a hang-up": (lambda _, writer: writer.close(), "disconnected"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_named(site: Site, fault: str) -> None:
    site.pages["/feed"], reason = FAULTS[fault]
    broker = Broker()
    with pytest.raises(FetchError) as error:
        await poll(Feed(site.url("/feed")), settings(feeds_max_bytes=20_000), broker.publish)
    assert reason in str(error.value)
    assert broker.taken == []


async def test_a_slow_server_is_left(site: Site) -> None:
    site.pages["/feed"] = silent
    with pytest.raises(FetchError, match="took more than"):
        await fetch(site.url("/feed"), settings(feeds_timeout_seconds=0.2))


async def test_the_server_may_ask_for_a_pause(site: Site) -> None:
    site.pages["/feed"] = reply(429, retry_after="120")
    with pytest.raises(FetchError) as error:
        await fetch(site.url("/feed"), settings())
    assert error.value.retry_after == 120


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_private_addresses_are_never_connected_to(site: Site, host: str) -> None:
    site.pages["/feed"] = reply(200, rss(("a", "one")))
    with pytest.raises(FetchError, match="private address"):
        await fetch(site.url("/feed", host), settings(feeds_allow_private=False))
    assert site.asked == []


async def test_a_public_site_may_not_redirect_to_a_private_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name service and network are played: public.example is at 8.8.8.8 once and at a private address ever after."""
    answers, reached = ["8.8.8.8"], []
    connect = anyio.connect_tcp

    async def resolve(_loop: object, host: str, port: int, **_rest: int) -> object:
        address = answers.pop() if host == "public.example" and answers else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async def connect_to(remote_host: str, remote_port: int, **rest: object) -> object:
        reached.append(remote_host)
        return await connect("127.0.0.1", remote_port, **rest)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    monkeypatch.setattr(anyio, "connect_tcp", connect_to)
    site.pages |= {"/feed": reply(302, location="/secret"), "/secret": reply(200, rss(("a", "one")))}
    with pytest.raises(FetchError, match=r"private address 127\.0\.0\.1"):
        await fetch(site.url("/feed", "public.example"), settings(feeds_allow_private=False))
    assert reached == ["8.8.8.8"]
    assert [(path, headers["host"]) for path, headers in site.asked] == [("/feed", f"public.example:{site.port}")]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
@pytest.mark.parametrize(("certified", "fits"), [("feeds.example", True), ("other.example", False)])
async def test_a_certificate_must_be_that_of_the_name(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certified: str, fits: bool
) -> None:
    """The connection goes to an address, but it is the name that is asked for and certified."""
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -keyout key.pem -out cert.pem -subj /CN=test"
    command = ["openssl", *made.split(), "-addext", f"subjectAltName=DNS:{certified}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)  # noqa: ASYNC221
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))

    async def resolve(_loop: object, _host: str, port: int, **_rest: int) -> object:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    site.pages["/feed"] = reply(200, rss(("a", "one")))
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    feed = Feed(f"https://feeds.example:{port}/feed")
    if fits:
        assert await poll(feed, settings(), Broker().publish) == 1
        assert site.asked[0][1]["host"] == f"feeds.example:{port}"
    else:
        with pytest.raises(FetchError, match="certificate verify failed"):
            await poll(feed, settings(), Broker().publish)
    server.close()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/feed", "example.org/feed", "http://", "http://a b/", "http://\ud800/"],
)
async def test_only_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(FetchError):
        await fetch(url, settings())


async def test_a_failing_feed_does_not_stop_the_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_PAUSE_SECONDS", 0.02)
    site.pages |= {f"/{n}": answer for n, (answer, _) in enumerate(FAULTS.values()) if answer is not endless}
    site.pages["/good"] = reply(200, rss(("a", "one")))
    broker = Broker()

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    site.pages["/bug"] = reply(200, rss(("bug", "one")))
    monkeypatch.setattr(feeds, "read_feed", lambda document, name: broken() if "bug" in name else READ(document, name))
    urls = [site.url(path) for path in site.pages if path != "/good"] + ["gopher://example.org", site.url("/good")]
    async with following(settings(*urls, feeds_interval_seconds=0.02), broker), asyncio.timeout(20):
        await until(lambda: all(sum(asked == path for asked, _ in site.asked) >= 3 for path in ("/good", "/0")))
    assert {a.url for a in broker.taken} == {"https://example.org/a"}


async def test_articles_that_kafka_did_not_take_are_sent_later(site: Site) -> None:
    site.pages["/feed"] = reply(200, rss(("a", "one")))
    broker = Broker()
    broker.away = True
    async with following(settings(site.url("/feed"), feeds_interval_seconds=0.02), broker), asyncio.timeout(20):
        await until(lambda: bool(site.asked))
        broker.away = False
        await until(lambda: bool(broker.taken))


async def test_credentials_stay_out_of_articles_and_logs(site: Site) -> None:
    site.pages["/feed"] = reply(200, rss(("a", "one")))
    broker = Broker()
    with structlog.testing.capture_logs() as logs:
        await poll(Feed(f"http://me:s3cret@127.0.0.1:{site.port}/feed"), settings(), broker.publish)
    assert site.asked[0][1]["authorization"].startswith("Basic ")
    assert "s3cret" not in f"{broker.taken} {logs}"


READ = feeds.read_feed


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


@asynccontextmanager
async def following(settings: Settings, broker: Broker) -> AsyncIterator[None]:
    task = asyncio.create_task(follow(settings, broker.publish))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
