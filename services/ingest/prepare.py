"""What arrives, made an article: checked, dated and with its language. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from pydantic import ValidationError

from contracts.article import RawArticle
from services.text.published import date_in_address, date_in_text
from services.text.reading import readable

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SAMPLE_CHARS = 1000
_CONFIDENT = 0.8


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something is no article: the field and what is wrong with it."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


def prepare(data: object, *, arrived: datetime) -> RawArticle | Rejection:
    """Make an article of a JSON object: ``RawArticle``'s fields, of which ``title`` or ``text`` must say something.

    A ``Rejection`` of an earlier step stays what it is.
    ``arrived`` becomes ``ingested_at``, whatever the object says. Where they are missing, the language is detected if
    that can be done with confidence, and the day of publication is taken from the address or the text if they name it.
    """
    if isinstance(data, Rejection):
        return data
    if not isinstance(data, Mapping):
        return Rejection("", "must be a JSON object")
    given = {name: value for name, value in data.items() if value is not None and value != ""}
    language = given.get("language")
    if isinstance(language, str):
        tag = language_tag(language)
        if tag is None:
            return Rejection("language", "must be a BCP 47 tag, such as en or uk-UA")
        given["language"] = tag
    title, text, url = (value if isinstance(value := given.get(name), str) else "" for name in ("title", "text", "url"))
    if "language" not in given:
        given["language"] = detect_language(f"{title[:_SAMPLE_CHARS]}\n{text[:_SAMPLE_CHARS]}")
    if "published_at" not in given:
        day = date_in_address(url) or date_in_text(title, text)
        given["published_at"] = day and day.isoformat()
    try:
        return RawArticle.model_validate(given | {"ingested_at": arrived})
    except (ValidationError, OverflowError) as error:
        return _rejection(error)


def decode(text: bytes | str, max_bytes: int) -> Any:  # noqa: ANN401 - JSON may be anything
    """Parse one JSON value of at most ``max_bytes``; what can't be parsed gives a ``Rejection``."""
    if len(text) > max_bytes:
        return Rejection("", f"has {len(text):,} bytes, more than the {max_bytes:,} that are allowed")
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        return Rejection("", "is nested too deeply")
    except ValueError as error:
        return Rejection("", f"is not JSON: {error}")


class Novelty:
    """Which articles are news: not the same words under the same name as the last time. Remembers ``size`` of them."""

    def __init__(self, size: int = 100_000) -> None:
        self._size = size
        self._hashes: dict[UUID, str] = {}

    def sift(self, articles: Iterable[RawArticle]) -> list[bool]:
        """Tell of each article whether it differs from the one before it of the same name, and remember it."""
        return [self._is_new(article) for article in articles]

    def forget(self, articles: Iterable[RawArticle]) -> None:
        """Take back what was remembered: the articles did not arrive after all."""
        for article in articles:
            self._hashes.pop(article.article_id, None)

    def _is_new(self, article: RawArticle) -> bool:
        known = self._hashes.pop(article.article_id, None)
        self._hashes[article.article_id] = article.content_hash
        if len(self._hashes) > self._size:
            del self._hashes[next(iter(self._hashes))]
        return known != article.content_hash


def language_tag(value: str) -> str | None:
    """Write a language tag the way BCP 47 does, or return None for what is none."""
    value = value.strip()
    return value.replace("_", "-") if _TAG.fullmatch(value) else None


def detect_language(text: str) -> str | None:
    """Name the language of a text (ISO 639), or None where the detector is not confident."""
    language, probability = _identifier().classify(readable(text))
    return str(language) if probability >= _CONFIDENT and language != "zxx" else None


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON value")


def _rejection(error: ValidationError | OverflowError) -> Rejection:
    if isinstance(error, OverflowError):
        return Rejection("published_at", "is out of range")
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return Rejection(".".join(str(step) for step in first["loc"]) or "text", reason)
