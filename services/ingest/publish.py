"""The one way out: articles are published, and known to be, within a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from contracts.article import RawArticle
from contracts.topics import RAW
from services.runtime import trace
from services.runtime.service import Output, Unavailable

ACK_SECONDS = 10.0

Publish = Callable[[Sequence[RawArticle]], Awaitable[None]]
"""Return when all articles are acknowledged; raise ``Unavailable`` when that can't be had now."""


async def acknowledged(publish: Publish, articles: Sequence[RawArticle]) -> None:
    """Publish articles and wait at most ``ACK_SECONDS`` for the acknowledgement.

    Raises ``Unavailable`` when it does not come. The articles may arrive later all the same: sent again they are the
    same articles, so that is no harm.
    """
    if not articles:
        return
    try:
        async with asyncio.timeout(ACK_SECONDS):
            await publish(articles)
    except TimeoutError:
        raise Unavailable(f"no acknowledgement within {ACK_SECONDS:g} s") from None


def outputs(articles: Sequence[RawArticle]) -> list[Output]:
    """Write articles as records of ``articles.raw``, keyed by ``article_id``, each with a trace."""
    return [
        Output(RAW, key=str(article.article_id), value=article.to_json(), headers=(trace.begun(),))
        for article in articles
    ]
