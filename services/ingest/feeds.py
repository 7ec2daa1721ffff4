"""Feeds: RSS and Atom documents, polled for ever, each on its own so that none stops another."""

from __future__ import annotations

import asyncio
import io
import random
import re
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit
from xml.parsers import expat

import feedparser
import structlog
from lxml import etree, html  # type: ignore[import-untyped]

from contracts.article import RawArticle
from services.ingest.fetch import Document, FetchError, fetch
from services.ingest.prepare import Novelty, Rejection, language_tag, prepare
from services.ingest.publish import Publish, acknowledged
from services.runtime import metrics
from services.runtime.service import Unavailable
from services.text.reading import readable

if TYPE_CHECKING:
    from services.runtime.settings import Settings

log = structlog.get_logger()

MAX_PAUSE_SECONDS = 3600.0
MAX_ASKED_PAUSE_SECONDS = 86_400.0
POLLS_AT_A_TIME = 3  # look-ups of names share the threads of the API
_REMEMBERED = 10_000
_HIDDEN = frozenset({"script", "style", "template", "head"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
    }
    | {
        "footer",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
    }
    | {"td", "th", "tr", "ul"}
)


@dataclass
class Feed:
    """One feed and what is known of it."""

    url: str
    last: Document | None = None
    failures: int = 0
    novelty: Novelty = field(default_factory=lambda: Novelty(_REMEMBERED))

    @property
    def name(self) -> str:
        """The address without credentials: it goes to the logs and the articles."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


async def follow(settings: Settings, publish: Publish) -> None:
    """Poll all feeds of the settings until cancelled."""
    at_a_time = asyncio.Semaphore(POLLS_AT_A_TIME)
    async with asyncio.TaskGroup() as group:
        for url in dict.fromkeys(settings.feeds):
            group.create_task(_follow_one(Feed(url), settings, publish, at_a_time))


async def poll(feed: Feed, settings: Settings, publish: Publish) -> int:
    """Fetch a feed once and publish what is new in it; return how many articles that were.

    Only when all are acknowledged does the feed count as read. Raises ``FetchError`` and ``Unavailable``.
    """
    document = await fetch(feed.url, settings, feed.last)
    if document is None:
        metrics.FEED_POLLS.labels("unchanged").inc()
        return 0
    articles = await asyncio.to_thread(_articles, document, feed.name)
    found = [article for article in articles if isinstance(article, RawArticle)]
    fresh = [article for article, is_new in zip(found, feed.novelty.sift(found), strict=True) if is_new]
    try:
        await acknowledged(publish, fresh)
    except BaseException:
        feed.novelty.forget(fresh)
        raise
    feed.last = document
    rejections = [str(article) for article in articles if isinstance(article, Rejection)]
    counts = {"accepted": len(fresh), "duplicate": len(found) - len(fresh), "rejected": len(rejections)}
    for outcome, number in counts.items():
        metrics.INGEST_ARTICLES.labels("feed", outcome).inc(number)
    metrics.FEED_POLLS.labels("ok").inc()
    log.info("feed read", feed=feed.name, **counts, reasons=sorted(set(rejections))[:3])
    return len(fresh)


def pause(interval: float, failures: int, asked: float | None = None) -> float:
    """Return the seconds until the next poll: doubled with each failure in a row, no less than the server asked for."""
    longest = max(interval, MAX_PAUSE_SECONDS)
    return max(min(interval * 2.0 ** min(failures, 30), longest), min(asked or 0.0, MAX_ASKED_PAUSE_SECONDS))


def read_feed(document: Document, name: str) -> Iterator[dict[str, Any]]:
    """Read the entries of a feed as articles to be prepared.

    Raises ``FetchError`` for what is no feed, and for a document type: no feed needs one, and entities hide in it.
    """
    _refuse_doctype(document.content)
    parsed = feedparser.parse(
        io.BytesIO(document.content),  # bytes would be tried as the name of a file
        response_headers={"content-type": document.content_type, "content-location": document.url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise FetchError("is no RSS or Atom feed")
    for entry in parsed.entries:
        yield {
            "title": _plain(entry.get("title_detail")),
            "text": max((_plain(part) for part in [*entry.get("content", ()), entry.get("summary_detail")]), key=len),
            "url": _web_address(document.url, entry.get("link") or entry.get("id")),
            "source": (entry.get("source", {}).get("title") or parsed.feed.get("title") or "")[:512],
            "language": language_tag(parsed.feed.get("language") or ""),
            "published_at": _moment(
                entry.get("published_parsed") or ("updated_parsed" in entry and entry["updated_parsed"])
            ),
            "attributes": {"feed": name},
        }


def plain_text(markup: str) -> str:
    """Take the text out of HTML, a line for each block."""
    tree = html.fromstring(f"<div>{readable(markup)}</div>")
    pieces: list[str] = []
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            pieces += ["\n"] if node.tag in _BLOCKS else []
            pieces += [_folded(node.text)] if node.tag not in _HIDDEN else []
        else:
            pieces += ["\n"] if node.tag in _BLOCKS else []
            pieces += [_folded(node.tail)]
    lines = (_folded(line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


async def _follow_one(feed: Feed, settings: Settings, publish: Publish, at_a_time: asyncio.Semaphore) -> None:
    while True:
        asked = None
        try:
            async with at_a_time:
                await poll(feed, settings, publish)
            feed.failures = 0
        except Unavailable as error:  # not the feed's fault: it is asked again at its usual time
            log.warning("feed not published", feed=feed.name, reason=str(error))
        except Exception as error:  # one feed must never stop the others
            feed.failures += 1
            asked = error.retry_after if isinstance(error, FetchError) else None
            metrics.FEED_POLLS.labels("failed").inc()
            trace = None if isinstance(error, FetchError) else error
            log.warning("feed failed", feed=feed.name, reason=str(error), failures=feed.failures, exc_info=trace)
        seconds = pause(settings.feeds_interval_seconds, feed.failures, asked)
        await asyncio.sleep(seconds * random.uniform(0.9, 1.1))  # noqa: S311 - jitter is no secret


def _articles(document: Document, name: str) -> list[RawArticle | Rejection]:
    return [prepare(data, arrived=datetime.now(UTC)) for data in read_feed(document, name)]


def _refuse_doctype(content: bytes) -> None:
    """Stop at a document type. What expat can't read, feedparser reads without expanding any entity of the document."""

    def refuse(*_: object) -> None:
        raise FetchError("has a document type (<!DOCTYPE ...>), which is not allowed in a feed")

    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        return


def _plain(detail: Any) -> str:  # noqa: ANN401 - feedparser's dictionaries have no types
    if not detail or not detail.get("value"):
        return ""
    value = str(detail["value"])
    return value.strip() if detail.get("type") == "text/plain" else plain_text(value)


def _folded(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _web_address(base: str, link: str | None) -> str | None:
    try:
        address = urljoin(base, link.strip()) if link else None
        return address if address and urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None


def _moment(parsed: Any) -> str | None:  # noqa: ANN401 - a struct_time in UTC, or None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError):
        return None
