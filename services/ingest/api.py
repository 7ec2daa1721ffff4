"""The HTTP way in: one article, or a batch of JSON lines, answered when Kafka has acknowledged."""

from __future__ import annotations

import asyncio
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field, SecretStr
from starlette.requests import ClientDisconnect

from contracts.article import RawArticle
from services import VERSION
from services.ingest.prepare import Novelty, Rejection, decode, prepare
from services.ingest.publish import Publish, acknowledged
from services.runtime import metrics, trace
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from services.runtime.settings import Settings

RETRY_AFTER_SECONDS = 5
MAX_LINES = 20_000
BODY_SECONDS = 30.0
_DESCRIPTION = """Articles posted here go to `tocsin.articles.raw.v1`. An answer that says *accepted* means that Kafka
has acknowledged the article. Sending an article again is harmless: it keeps its `article_id`, and the newest version
wins."""
_BEARER = HTTPBearer(auto_error=False, description="`TOCSIN_HTTP_TOKEN`, if the server has one")
_EXAMPLE = {
    "title": "Missile attack on Kyiv",
    "text": "At least five people were hurt in an overnight missile attack on Kyiv, the mayor said.",
    "url": "https://example.org/world/kyiv-attack",
    "source": "Example Wire",
    "published_at": "2024-03-21T08:15:00Z",
}


class Receipt(BaseModel):
    """What became of one article."""

    status: Literal["accepted", "duplicate", "rejected"] = Field(description="duplicate: the same words once more")
    article_id: UUID | None = Field(default=None, description="the name that the article bears from now on")
    field: str | None = Field(default=None, description="what is wrong: the field", examples=["published_at"])
    reason: str | None = Field(default=None, description="what is wrong with it", examples=["should be a valid string"])


class LineReceipt(Receipt):
    """What became of one line of a batch."""

    line: int = Field(description="number of the line, from 1")


class BatchReceipt(BaseModel):
    """What became of a batch, line by line, in order."""

    accepted: int
    duplicate: int
    rejected: int
    results: list[LineReceipt]


class Problem(BaseModel):
    """Why a request was not served."""

    detail: str


def create_app(publish: Publish, settings: Settings, ready: Callable[[], bool]) -> FastAPI:
    """Build the API. ``ready`` false means that Kafka is known to be away: requests are then refused at once."""
    app = FastAPI(title="Tocsin ingest", version=VERSION, description=_DESCRIPTION)
    guarded = [Depends(_guard(settings.http_token))]

    async def send(articles: list[RawArticle]) -> None:
        if not ready():
            raise _unavailable("Kafka is away")
        try:
            await acknowledged(publish, articles)
        except Unavailable as error:
            raise _unavailable(str(error)) from None

    @app.middleware("http")
    async def count(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        status = "5xx"
        trace.given.set(request.headers.get(trace.HEADER, "").encode("latin-1"))
        try:
            response = await call_next(request)
            status = f"{response.status_code // 100}xx"
        finally:
            metrics.INGEST_REQUESTS.labels(status).inc()
        return response

    common: dict[int | str, dict[str, Any]] = {
        401: {"model": Problem, "description": "The bearer token is missing or wrong"},
        408: {"model": Problem, "description": "The body did not arrive in time"},
        413: {"model": Problem, "description": "Too large"},
        503: {
            "model": Problem,
            "description": "Kafka has not acknowledged: nothing is promised, send it all again",
            "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}},
        },
    }

    @app.post(
        "/articles",
        status_code=202,
        summary="Hand in one article",
        dependencies=guarded,
        responses=common | {202: {"model": Receipt}, 422: {"model": Receipt, "description": "Not an article"}},
        openapi_extra=_body("application/json", RawArticle.model_json_schema(), _EXAMPLE),
    )
    async def post_article(request: Request) -> JSONResponse:
        body = await _read(request, min(settings.http_max_article_bytes, settings.http_max_request_bytes))
        article = await asyncio.to_thread(_prepare, body, settings.http_max_article_bytes)
        if isinstance(article, RawArticle):
            await send([article])
        receipt = _receipt(article)
        metrics.INGEST_ARTICLES.labels("http", receipt.status).inc()
        return _answer(422 if receipt.status == "rejected" else 202, receipt)

    @app.post(
        "/articles:batch",
        summary="Hand in articles, one JSON object a line",
        dependencies=guarded,
        responses=common
        | {
            200: {"model": BatchReceipt, "description": "Every line is accepted (or a duplicate)"},
            207: {"model": BatchReceipt, "description": "Some lines are accepted, some rejected"},
            422: {"model": BatchReceipt, "description": "No line is an article"},
        },
        openapi_extra=_body("application/x-ndjson", {"type": "string"}, '{"title": "...", "text": "..."}\n'),
    )
    async def post_batch(request: Request) -> JSONResponse:
        body = await _read(request, settings.http_max_request_bytes)
        if body.count(b"\n") > MAX_LINES:
            raise HTTPException(413, f"the request has more than {MAX_LINES:,} lines; send them in several")
        lines = await asyncio.to_thread(_prepare_lines, body, settings.http_max_article_bytes)
        receipts = _sift(lines)
        await send([a for n, a in lines.items() if isinstance(a, RawArticle) and receipts[n].status == "accepted"])
        counts = Counter(receipt.status for receipt in receipts.values())
        for status, number in counts.items():
            metrics.INGEST_ARTICLES.labels("http", status).inc(number)
        whole = BatchReceipt(
            accepted=counts["accepted"],
            duplicate=counts["duplicate"],
            rejected=counts["rejected"],
            results=[LineReceipt(line=line, **receipt.model_dump()) for line, receipt in receipts.items()],
        )
        if not counts["accepted"]:
            return _answer(422, whole)
        return _answer(207 if counts["rejected"] else 200, whole)

    return app


def _guard(secret: SecretStr | None) -> Callable[[HTTPAuthorizationCredentials | None], None]:
    """Build the check of the bearer token; without a secret everybody may enter."""
    token = secret.get_secret_value().encode() if secret else None

    def authorise(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
        given = credentials.credentials.encode("latin-1", "replace") if credentials else b""
        if token is not None and not hmac.compare_digest(given, token):
            raise HTTPException(401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"})

    return authorise


async def _read(request: Request, limit: int) -> bytes:
    """Read the body, up to a limit in bytes and in time."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    chunks, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                chunks.append(chunk)
    except TimeoutError:
        raise HTTPException(408, f"the body did not arrive within {BODY_SECONDS:g} s") from None
    except ClientDisconnect:
        raise HTTPException(400, "the client went away") from None
    return b"".join(chunks)


def _prepare(text: bytes, max_bytes: int) -> RawArticle | Rejection:
    return prepare(decode(text, max_bytes), arrived=datetime.now(UTC))


def _prepare_lines(body: bytes, max_bytes: int) -> dict[int, RawArticle | Rejection]:
    """Prepare each line that is not empty, by its number."""
    lines = enumerate(body.split(b"\n"), start=1)
    return {number: _prepare(line, max_bytes) for number, line in lines if line.strip()}


def _sift(lines: dict[int, RawArticle | Rejection]) -> dict[int, Receipt]:
    news = iter(Novelty().sift(article for article in lines.values() if isinstance(article, RawArticle)))
    return {n: _receipt(a, is_new=not isinstance(a, RawArticle) or next(news)) for n, a in lines.items()}


def _receipt(article: RawArticle | Rejection, *, is_new: bool = True) -> Receipt:
    if isinstance(article, Rejection):
        return Receipt(status="rejected", field=article.field or None, reason=article.reason)
    return Receipt(status="accepted" if is_new else "duplicate", article_id=article.article_id)


def _answer(status: int, content: BaseModel) -> JSONResponse:
    return JSONResponse(content.model_dump(mode="json", exclude_none=True), status)


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"more than the {limit:,} bytes that are allowed")


def _unavailable(reason: str) -> HTTPException:
    return HTTPException(503, f"not acknowledged: {reason}", {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _body(media_type: str, schema: dict[str, Any], example: object) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema, "example": example}}}}
