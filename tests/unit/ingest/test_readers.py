"""Files and standard input."""

import asyncio
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.article import RawArticle
from services.ingest import readers
from services.ingest.load import Tally, load, read_all
from services.ingest.prepare import Rejection, prepare
from services.ingest.readers import (
    Candidate,
    expand,
    from_page,
    from_text,
    published_in_page,
    read_file,
    read_lines,
    read_stdin,
)
from services.runtime.service import Unavailable

BODY = "".join(f"<p>Sentence {n} tells of the strike on the city and of the people whom it hurt.</p>" for n in range(9))
PAGE = f"""<!doctype html><html><head><title>Strike on Kyiv - Example Wire</title>
<meta property="og:title" content="Strike on Kyiv"><meta property="og:site_name" content="Example Wire">
<link rel="canonical" href="https://example.org/strike">{{}}</head>
<body><nav><a href="/">Home</a></nav><article><h1>Strike on Kyiv</h1>{BODY}</article><footer>1999-01-01</footer></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.txt").write_text("Title\nText.")
    (tmp_path / "b.JSONL").write_text('{"title": "x"}\n')
    (tmp_path / "deep" / "c.html").write_text(PAGE)
    (tmp_path / "notes.md").write_text("no article")
    return tmp_path


class TestExpand:
    @pytest.mark.parametrize(
        ("patterns", "expected"),
        [
            (["{}/a.txt"], ["a.txt"]),
            (["{}"], ["a.txt", "b.JSONL", "deep/c.html"]),
            (["{}/*.txt"], ["a.txt"]),
            (["{}/**/*.html"], ["deep/c.html"]),
            (["{}/d*"], ["deep/c.html"]),
            (["{}/notes.md"], ["notes.md"]),
            (["{}/deep", "{}", "{}/a.txt"], ["deep/c.html", "a.txt", "b.JSONL"]),
        ],
    )
    def test_what_paths_stand_for(self, folder: Path, patterns: list[str], expected: list[str]) -> None:
        found = expand([pattern.format(folder) for pattern in patterns])
        assert [str(Path(name).relative_to(folder)) for name in found] == expected

    def test_standard_input(self) -> None:
        assert expand(["-"]) == ["-"]

    @pytest.mark.parametrize("pattern", ["{}/missing.txt", "{}/*.pdf", "{}/empty"])
    def test_nothing_is_an_error(self, folder: Path, pattern: str) -> None:
        (folder / "empty").mkdir()
        with pytest.raises(FileNotFoundError, match=pattern[3:].replace("*", r"\*")):
            expand([pattern.format(folder)])


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("Title\n\nText one.\nText two.\n", "Title", "Text one.\nText two.\n"),
        ("\n\n  Title \r\n\r\nA\r\nB", "Title", "A\r\nB"),
        ("Only a title", "Only a title", ""),
        ("Заголовок\n\nтекст \U0001f6a8", "Заголовок", "текст \U0001f6a8"),
        ("", "", ""),
        ("\n", "", ""),
    ],
)
def test_plain_text(content: str, title: str, text: str) -> None:
    assert from_text(content, "a.txt") == {"title": title, "text": text, "attributes": {"file": "a.txt"}}


def found(path: Path, content: bytes | str) -> list[object]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [candidate.data for candidate in read_file(str(path))]


class TestFiles:
    def test_a_byte_order_mark_is_no_text(self, tmp_path: Path) -> None:
        assert found(tmp_path / "a.txt", b"\xef\xbb\xbfTitle\nText") == [from_text("Title\nText", "a.txt")]

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("a.txt", b"\xff\xfe", "not UTF-8"),
            ("a.pdf", b"x", "known kind"),
            ("a.json", b"{", "is not JSON"),
            ("a.html", b"", "no article"),
            ("a.html", b"<html><body></body></html>", "no article"),
        ],
    )
    def test_what_can_not_be_read(self, tmp_path: Path, name: str, content: bytes, reason: str) -> None:
        (refused,) = found(tmp_path / name, content)
        assert isinstance(refused, Rejection)
        assert reason in refused.reason

    def test_a_file_that_is_gone(self, tmp_path: Path) -> None:
        (candidate,) = read_file(str(tmp_path / "gone.txt"))
        assert "can't be read: No such file" in str(candidate.data)

    def test_a_file_that_is_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(readers, "MAX_DOCUMENT_BYTES", 10)
        assert "more than the 10 bytes" in str(found(tmp_path / "a.txt", "x" * 11)[0])
        assert not isinstance(found(tmp_path / "a.txt", "x" * 10)[0], Rejection)

    def test_json_holds_one_article_or_a_list(self, tmp_path: Path) -> None:
        assert found(tmp_path / "a.json", '{\n "title": "x"\n}') == [{"title": "x"}]
        assert found(tmp_path / "a.json", '[{"title": "x"}, 5]') == [{"title": "x"}, 5]
        assert found(tmp_path / "a.json", "[]") == []

    def test_json_lines(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_bytes(b'{"title": "x"}\r\n\n{broken\n{"title": "y"}')
        candidates = list(read_file(str(tmp_path / "a.jsonl")))
        assert [Path(c.origin).name for c in candidates] == ["a.jsonl:1", "a.jsonl:3", "a.jsonl:4"]
        assert [c.data if isinstance(c.data, dict) else "refused" for c in candidates] == [
            {"title": "x"},
            "refused",
            {"title": "y"},
        ]

    def test_a_line_that_is_too_large_does_not_hide_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(readers, "MAX_DOCUMENT_BYTES", 20)
        lines = b'{"title": "x"}\n' + b"y" * 55 + b'\n{"title": "z"}\n'
        candidates = list(read_lines("in", io.BytesIO(lines)))
        assert [(c.origin, isinstance(c.data, Rejection), c.size) for c in candidates] == [
            ("in:1", False, 15),
            ("in:2", True, 56),
            ("in:3", False, 15),
        ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"title": "x"}\n{"title": "y"}\n', [{"title": "x"}, {"title": "y"}]),
        (b'\xef\xbb\xbf{"title": "x"}', [{"title": "x"}]),
        (b'{\n"title": "x"}', [{"title": "x"}]),
        (b'[{"title": "x"}]', [{"title": "x"}]),
        (b"Title\nText", [from_text("Title\nText", "standard input")]),
        (b"", [from_text("", "standard input")]),
    ],
)
def test_standard_input_is_read_by_what_it_begins_with(content: bytes, expected: list[object]) -> None:
    assert [c.data for c in read_stdin(io.BytesIO(content))] == expected


class TestPages:
    def test_the_article_is_found(self) -> None:
        page = from_page(PAGE.format("").encode(), "a.html")
        assert isinstance(page, dict)
        assert (page["title"], page["url"], page["source"]) == (
            "Strike on Kyiv",
            "https://example.org/strike",
            "Example Wire",
        )
        assert page["text"].startswith("Sentence 0 tells")
        assert "Home" not in page["text"]
        assert page["published_at"] is None

    @pytest.mark.parametrize(
        ("head", "published"),
        [
            (
                '<meta property="article:published_time" content="2024-03-21T08:15:00+02:00">',
                "2024-03-21T08:15:00+02:00",
            ),
            (
                '<meta property="article:modified_time" content="2024-03-22"><meta name="date" content="2024-03-21">',
                "2024-03-21T00:00:00",
            ),
            ('<meta itemprop="datePublished" content="2024-03-21T08:15:00Z">', "2024-03-21T08:15:00+00:00"),
            ('<meta name="pubdate" content="Thu, 21 Mar 2024 08:15:00 +0200">', "2024-03-21T08:15:00+02:00"),
            ('<meta name="date" content="soon"><meta name="dc.date" content="2024-03-21">', "2024-03-21T00:00:00"),
            (
                '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-21T08:15Z"}</script>',
                "2024-03-21T08:15:00+00:00",
            ),
            (
                '<script type="application/ld+json">[{"@graph": [{}, {"datePublished": "2024-03-21"}]}]</script>',
                "2024-03-21T00:00:00",
            ),
            (
                '<script type="application/ld+json">{broken</script><meta name="date" content="2024-03-21">',
                "2024-03-21T00:00:00",
            ),
            ('<script type="application/ld+json">{"datePublished": 5, "@graph": 7}</script>', None),
            ('<meta property="article:modified_time" content="2024-03-22">', None),
            ("", None),
        ],
    )
    def test_the_time_of_publication_is_what_the_metadata_states(self, head: str, published: str | None) -> None:
        content = PAGE.format(head).encode()
        assert published_in_page(content) == published
        article = prepare(from_page(content, "a.html"), arrived=datetime.now(UTC))
        assert isinstance(article, RawArticle)
        assert (article.published_at is None) == (published is None)


class Broker:
    def __init__(self, room: int = 10**6) -> None:
        self.taken: list[RawArticle] = []
        self.room = room

    async def publish(self, articles: Sequence[RawArticle]) -> None:
        if len(self.taken) + len(articles) > self.room:
            raise Unavailable("no broker answers")
        self.taken += articles


class TestLoad:
    def test_the_tally_and_the_progress(self, folder: Path) -> None:
        (folder / "more.jsonl").write_text('{"title": "Title", "text": "Text."}\n{"text": 5}\n{"title": "new"}\n')
        names = expand([str(folder)])
        size = sum(path.stat().st_size for path in map(Path, names))
        broker, tally, done = Broker(), Tally(), []
        asyncio.run(load(read_all(names, lambda: iter(())), broker.publish, tally, done.append))
        assert (tally.accepted, tally.duplicate, len(tally.rejected)) == (4, 1, 1)
        assert tally.rejected[0].endswith("more.jsonl:2: text: should be a valid string")
        assert [a.title for a in broker.taken] == ["Title", "x", "Strike on Kyiv", "new"]
        assert sum(done) == size

    async def test_what_was_acknowledged_before_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.ingest.load.BATCH_ARTICLES", 2)
        tally = Tally()
        with pytest.raises(Unavailable):
            await load((Candidate(str(n), {"text": str(n)}) for n in range(5)), Broker(room=3).publish, tally)
        assert tally == Tally(accepted=2)

    async def test_standard_input_among_files(self, folder: Path) -> None:
        broker, tally = Broker(), Tally()
        lines = io.BytesIO(json.dumps({"title": "from stdin"}).encode())
        await load(read_all([str(folder / "a.txt"), "-"], lambda: read_stdin(lines)), broker.publish, tally)
        assert [a.title for a in broker.taken] == ["Title", "from stdin"]
