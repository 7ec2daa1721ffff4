"""The HTTP way in, against a publisher written by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from pydantic import SecretStr

from contracts.article import RawArticle
from services.ingest import api
from services.ingest.api import create_app
from services.runtime.service import Unavailable
from services.runtime.settings import Settings

ARTICLE = {"title": "Missile attack on Kyiv", "text": "At least five people were hurt overnight, the mayor said."}


class Broker:
    """Takes articles, or is away, or never answers."""

    def __init__(self) -> None:
        self.taken: list[RawArticle] = []
        self.calls = 0
        self.state = "up"
        self.ready = True

    async def publish(self, articles: Sequence[RawArticle]) -> None:
        self.calls += 1
        if self.state == "silent":
            await asyncio.Event().wait()
        if self.state == "away":
            raise Unavailable("no broker answers")
        self.taken += articles


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)


def client(broker: Broker, **given: object) -> httpx.AsyncClient:
    app = create_app(broker.publish, settings(**given), lambda: broker.ready)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ingest")


def lines(*values: object) -> bytes:
    return b"".join((v if isinstance(v, bytes) else json.dumps(v).encode()) + b"\n" for v in values)


async def test_an_article_is_accepted_when_it_is_acknowledged() -> None:
    broker = Broker()
    async with client(broker) as http:
        answer = await http.post("/articles", json=ARTICLE | {"url": "https://example.org/a", "attributes": {"k": "v"}})
    (article,) = broker.taken
    assert answer.status_code == 202
    assert answer.json() == {"status": "accepted", "article_id": str(article.article_id)}
    assert (article.title, article.text, article.attributes) == (ARTICLE["title"], ARTICLE["text"], {"k": "v"})
    assert article.language == "en"
    assert article.published_at is None
    assert article.ingested_at.year > 2000


async def test_every_character_arrives() -> None:
    broker, text = Broker(), "a\x00b\r\n\U0001f6a8 e\u0301 \ud800 \udc00 end"
    async with client(broker) as http:
        answer = await http.post("/articles", content=json.dumps({"text": text}).encode())
    assert answer.status_code == 202
    assert RawArticle.read(broker.taken[0].to_json()).text == text


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({}, "text", "title and text are both empty"),
        ({"title": " ", "text": "\n"}, "text", "title and text are both empty"),
        ({"title": 5, "text": "x"}, "title", "should be a valid string"),
        ({"text": "x", "published_at": "soon"}, "published_at", "valid datetime"),
        ({"text": "x", "published_at": 1e300}, "published_at", ""),
        ({"text": "x", "attributes": {"n": 1}}, "attributes.n", "should be a valid string"),
        ({"text": "x", "attributes": {"\ud800": 1}}, "attributes.\ufffd\ufffd\ufffd", "should be a valid string"),
        ({"text": "x", "url": ["a"]}, "url", "should be a valid string"),
        ({"text": "x", "language": "Klingon, I think"}, "language", "BCP 47"),
        ({"text": "x", "article_id": "one"}, "article_id", "valid UUID"),
        ([1, 2], None, "must be a JSON object"),
        (b"{", None, "is not JSON"),
        (b"", None, "is not JSON"),
        (b"\xff\xfe\xfa", None, "is not JSON"),
        (b'{"text": NaN}', None, "is not JSON"),
        (b"[" * 100_000, None, ""),
        (b'{"text": ' + b"1" * 5000 + b"}", None, ""),
    ],
)
async def test_what_is_no_article_is_refused_with_field_and_reason(
    body: object, field: str | None, reason: str
) -> None:
    broker = Broker()
    async with client(broker) as http:
        answer = await http.post("/articles", content=body if isinstance(body, bytes) else json.dumps(body).encode())
    assert answer.status_code == 422
    assert answer.json()["status"] == "rejected"
    assert answer.json().get("field") == field
    assert reason in answer.json()["reason"]
    assert broker.calls == 0


async def test_a_batch_is_answered_line_by_line() -> None:
    broker = Broker()
    body = lines(ARTICLE, b"", b"{broken", ARTICLE, {"text": 7}, {"title": "Другий", "text": "текст"}, b"\r")
    async with client(broker) as http:
        answer = await http.post("/articles:batch", content=body)
    assert answer.status_code == 207
    assert {k: answer.json()[k] for k in ("accepted", "duplicate", "rejected")} == {
        "accepted": 2,
        "duplicate": 1,
        "rejected": 2,
    }
    assert [(r["line"], r["status"]) for r in answer.json()["results"]] == [
        (1, "accepted"),
        (3, "rejected"),
        (4, "duplicate"),
        (5, "rejected"),
        (6, "accepted"),
    ]
    assert answer.json()["results"][3]["field"] == "text"
    assert [a.title for a in broker.taken] == [ARTICLE["title"], "Другий"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(lines(ARTICLE), 200), (json.dumps(ARTICLE).encode(), 200), (lines(b"{"), 422), (b"", 422), (b"\n\n", 422)],
)
async def test_the_status_of_a_batch(body: bytes, status: int) -> None:
    async with client(Broker()) as http:
        assert (await http.post("/articles:batch", content=body)).status_code == status


async def test_an_edited_article_in_a_batch_is_sent_after_the_first() -> None:
    broker, url = Broker(), "https://example.org/a"
    versions = [
        {"url": url, "text": "five hurt"},
        {"url": url + "?utm_source=x", "text": "six hurt"},
        {"url": url, "text": "five hurt"},
    ]
    async with client(broker) as http:
        answer = await http.post("/articles:batch", content=lines(*versions))
    assert answer.json()["accepted"] == 3
    assert [a.text for a in broker.taken] == ["five hurt", "six hurt", "five hurt"]
    assert len({a.article_id for a in broker.taken}) == 1


@pytest.mark.parametrize("path", ["/articles", "/articles:batch"])
class TestBothWays:
    @pytest.mark.parametrize("state", ["away", "silent"])
    async def test_no_acknowledgement_is_never_a_success(
        self, path: str, state: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.ingest.publish.ACK_SECONDS", 0.05)
        broker = Broker()
        broker.state = state
        async with client(broker) as http:
            answer = await http.post(path, content=lines(ARTICLE))
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert "not acknowledged" in answer.json()["detail"]
            broker.state = "up"
            assert (await http.post(path, content=lines(ARTICLE))).status_code // 100 == 2

    async def test_known_to_be_away_is_said_at_once(self, path: str) -> None:
        broker = Broker()
        broker.ready = False
        async with client(broker) as http:
            answer = await http.post(path, content=lines(ARTICLE))
        assert (answer.status_code, broker.calls) == (503, 0)

    @pytest.mark.parametrize(
        ("header", "status"),
        [
            (None, 401),
            ("Bearer wrong", 401),
            ("Bearer ", 401),
            ("Basic s3cret", 401),
            ("Bearer s3cretx", 401),
            ("Bearer s3cret-ї", 200),
        ],
    )
    async def test_the_token(self, path: str, header: str | None, status: int) -> None:
        broker = Broker()
        async with client(broker, http_token=SecretStr("s3cret-ї")) as http:
            headers = {"authorization": header.encode()} if header else {}
            answer = await http.post(path, content=lines(ARTICLE), headers=headers)
        assert answer.status_code == status or (status == 200 and answer.status_code // 100 == 2)
        assert (status == 401) == ("www-authenticate" in answer.headers)
        assert len(broker.taken) == (status == 200)

    async def test_a_body_beyond_the_limit(self, path: str) -> None:
        broker = Broker()
        async with client(broker, http_max_request_bytes=2000, http_max_article_bytes=1000) as http:
            announced = await http.post(path, content=lines(*[ARTICLE] * 30))
            streamed = await http.post(path, content=_chunks(lines(*[ARTICLE] * 30)))
        assert (announced.status_code, streamed.status_code, broker.calls) == (413, 413, 0)

    async def test_a_body_that_never_ends(self, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api, "BODY_SECONDS", 0.05)
        async with client(Broker()) as http:
            assert (await http.post(path, content=_stalled())).status_code == 408


async def test_an_article_beyond_its_limit_does_not_stop_the_batch() -> None:
    broker = Broker()
    async with client(broker, http_max_article_bytes=1000) as http:
        answer = await http.post("/articles:batch", content=lines({"text": "x" * 1000}, ARTICLE))
    assert answer.status_code == 207
    assert "more than the 1,000" in answer.json()["results"][0]["reason"]
    assert len(broker.taken) == 1


async def test_the_openapi_document_says_what_is_taken_and_answered() -> None:
    async with client(Broker()) as http:
        document = (await http.get("/openapi.json")).json()
    for path, media in (("/articles", "application/json"), ("/articles:batch", "application/x-ndjson")):
        operation = document["paths"][path]["post"]
        assert media in operation["requestBody"]["content"]
        assert {"401", "413", "422", "503"} <= operation["responses"].keys()
    assert document["components"]["securitySchemes"]


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 500):
        yield body[at : at + 500]


async def _stalled() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()
