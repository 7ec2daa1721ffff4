"""Files and standard input, read as articles: plain text, JSON, JSON lines, web pages."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, BinaryIO

import trafilatura
from trafilatura.utils import load_html

from services.ingest.beside import described
from services.ingest.prepare import Rejection, decode

STDIN = "-"
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
TEXT, OBJECT, LINES, PAGE = "text", "object", "lines", "page"
KINDS = {".txt": TEXT, ".json": OBJECT, ".jsonl": LINES, ".ndjson": LINES, ".html": PAGE, ".htm": PAGE}
KNOWN = ", ".join(KINDS)

_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date", "pubdate"),
    *("publishdate", "publish-date", "publish_date", "dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued"),
    *("parsely-pub-date", "sailthru.date"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be an article: where it was found, what it holds (or why not), and the bytes that it took."""

    origin: str
    data: Any
    size: int = 0


def expand(patterns: Sequence[str]) -> list[str]:
    """List the files that paths, directories and glob patterns stand for, in order, each once; "-" is standard input.

    Directories give their files of a known kind, at any depth. Raises ``FileNotFoundError`` for what names nothing.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        path = Path(pattern)
        if pattern == STDIN or path.is_file():
            names = [pattern]
        elif path.is_dir():
            names = _files_in(path)
        else:
            matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - a pattern may be absolute
            names = [name for m in matches for name in (_files_in(Path(m)) if Path(m).is_dir() else [m])]
        if not names:
            raise FileNotFoundError(pattern)
        found |= dict.fromkeys(names)
    return list(found)


def read_file(name: str) -> Iterator[Candidate]:
    """Read one file by the ending of its name. What can't be read becomes a candidate with a ``Rejection``."""
    path = Path(name)
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        yield Candidate(name, Rejection("", f"is no file of a known kind ({KNOWN})"))
        return
    try:
        with path.open("rb") as file:
            yield from read_lines(name, file) if kind == LINES else _read_whole(name, kind, file)
    except OSError as error:
        yield Candidate(name, Rejection("", f"can't be read: {error.strerror or error}"))


def read_stdin(stream: BinaryIO) -> Iterator[Candidate]:
    """Read standard input by what it begins with: a JSON object a line, one JSON value, a web page, else plain text."""
    first = stream.readline(MAX_DOCUMENT_BYTES)
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{" and not isinstance(decode(first, len(first)), Rejection):
        yield from read_lines("standard input", stream, first)
    else:
        kind = {b"{": OBJECT, b"[": OBJECT, b"<": PAGE}.get(start, TEXT)
        yield from _read_whole("standard input", kind, stream, first)


def read_lines(name: str, file: BinaryIO, first: bytes = b"") -> Iterator[Candidate]:
    """Read JSON lines, one at a time; the origin of each is ``name:line``. Empty lines are passed over."""
    number, line = 0, first or file.readline(MAX_DOCUMENT_BYTES)
    while line:
        number += 1
        size, whole = len(line), line
        while not line.endswith(b"\n") and (line := file.readline(MAX_DOCUMENT_BYTES)):
            size += len(line)
        if whole.strip():
            yield Candidate(f"{name}:{number}", _too_large() if size > len(whole) else decode(whole, size), size)
        line = file.readline(MAX_DOCUMENT_BYTES)


def from_text(content: str, name: str) -> dict[str, Any]:
    """Take the first line for the title and what follows for the text."""
    lines = content.lstrip("\r\n")
    title = lines.splitlines()[0] if lines else ""
    return {"title": title.strip(), "text": lines[len(title) :].lstrip("\r\n"), "attributes": {"file": name}}


def from_page(content: bytes, name: str) -> dict[str, Any] | Rejection:
    """Take the article out of a web page, with its address, outlet and day of publication where the page names them."""
    try:
        page: Any = trafilatura.bare_extraction(content, with_metadata=True, include_comments=False)
        published = published_in_page(content)
    except Exception as error:  # noqa: BLE001 - pages are of all kinds, and so are their readers' errors
        return Rejection("", f"is no web page that can be read: {error}")
    found = {
        key: value.strip()
        for key, value in (page.as_dict() if page is not None else {}).items()
        if isinstance(value, str)
    }
    title, text = found.get("title", ""), found.get("text", "")
    if not text:
        return Rejection("text", "holds no article that could be found in the page")
    return {
        "title": title,
        "text": text.removeprefix(title + "\n"),
        "url": found.get("url"),
        "source": found.get("sitename") or found.get("hostname"),
        "published_at": published,
        "attributes": {"file": name},
    }


def published_in_page(content: bytes) -> str | None:
    """Return the time of publication that the page's metadata states, or None; dates in the text are not looked at."""
    tree = load_html(content)
    if tree is None:
        return None
    for script in tree.xpath("//script[@type='application/ld+json']"):
        if found := _date_published(script.text or ""):
            return found
    named: dict[str, str] = {}
    for meta in tree.xpath("//meta[@content] | //time[@datetime]"):
        name = next((meta.get(key) for key in ("property", "itemprop", "name", "pubdate") if meta.get(key)), "")
        named.setdefault(name.lower(), meta.get("content") or meta.get("datetime"))
    stated = (_moment(named[name]) for name in _PUBLISHED if name in named)
    return next((moment for moment in stated if moment), None)


def _files_in(folder: Path) -> list[str]:
    return sorted(str(p) for p in folder.rglob("*") if p.suffix.lower() in KINDS and p.is_file())


def _read_whole(name: str, kind: str, file: BinaryIO, first: bytes = b"") -> Iterator[Candidate]:
    content = first + file.read(MAX_DOCUMENT_BYTES)
    size, label = len(content), Path(name).name
    if size > MAX_DOCUMENT_BYTES or file.read(1):
        yield Candidate(name, _too_large(), size)
    elif kind == PAGE:
        yield Candidate(name, from_page(content, label), size)
    elif kind == OBJECT:
        data = decode(content, size)
        if isinstance(data, list):
            yield from (Candidate(f"{name}[{n}]", item, size // len(data)) for n, item in enumerate(data))
        else:
            yield Candidate(name, data, size)
    else:
        try:
            yield Candidate(name, from_text(content.decode("utf-8-sig"), label) | _beside(name), size)
        except UnicodeDecodeError:
            yield Candidate(name, Rejection("", "is not UTF-8; convert it, for example with iconv"), size)


def _beside(name: str) -> dict[str, Any]:
    path = Path(name)
    fields = described(path) if path.is_file() else {}
    return fields | {"attributes": {**fields.get("attributes", {}), "file": path.name}}


def _too_large() -> Rejection:
    return Rejection("", f"has more than the {MAX_DOCUMENT_BYTES:,} bytes that are read at once")


def _date_published(script: str) -> str | None:
    """Find ``datePublished`` in a JSON-LD block: at its top, in its list or in its ``@graph``."""
    block = decode(script, len(script))
    nodes = block if isinstance(block, list) else [block]
    nodes = [inner for node in nodes if isinstance(node, dict) for inner in (node, *_listed(node.get("@graph")))]
    stated = (_moment(node["datePublished"]) for node in nodes if isinstance(node.get("datePublished"), str))
    return next((moment for moment in stated if moment), None)


def _listed(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _moment(value: str) -> str | None:
    """Write a time in ISO 8601, from that or from the form that mail uses."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(value.strip()).isoformat()
        except ValueError:
            continue
    return None
