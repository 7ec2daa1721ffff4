"""Articles: raw, assembled, enriched."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator, model_validator

from contracts.annotation import Annotation, Provenance, RawPosition
from contracts.casualties import CasualtyClaim
from contracts.entities import Entity
from contracts.incidents import IncidentLink
from contracts.model import Model
from contracts.places import Place
from contracts.weapons import WeaponMention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ARTICLE_NAMESPACE = uuid.UUID("6d3a9a0e-6f0c-5c55-9a3b-3f2f1b7f0c11")
MAX_ARTICLE_CHARS = 1_048_576

_TRACKING = re.compile(
    r"^(utm_\w+|(?:mtm|matomo|piwik|hsa|at|fb|guce|amp|oly|wt)_\w+|action_\w+_ids|"
    r"pk_(?:campaign|kwd|keyword|source|medium|content|cid)|ns_(?:mchannel|source|campaign|linkname|fee)|"
    r"fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|li_fat_id|mibextid|"
    r"mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|rb_clickid|s_kwcid|s_cid|ocid|cvid|ncid|cmpid|cmp|icid|intcid|smid|smtyp|"
    r"ref|ref_src|ref_url|refsrc|referrer|referer|_ga|_gl|xtor|wtmc|soc_src|soc_trk|sref|srnd|mbid|ito|ftag|tpcc|"
    r"guccounter|traffic_source|leadsource|__source|__twitter_impression|__tn__|"
    r"outputtype|amp|isamp|usqp|aoh|rss|feed|partner|sharetype|share|campaign_id|taid|spm|si)$",
    re.IGNORECASE,
)
_DEFAULT_PORT = {"http": "80", "https": "443"}
# Copies kept by the AMP caches carry the address of the original in their path, behind "s/" where it was https.
_AMP_CACHE = re.compile(
    r"^https?://(?:[^/?#]+\.cdn\.ampproject\.org/[acirvw]/|(?:www\.)?(?:google|bing)\.[a-z.]{2,6}/amp/)(?:s/)?(?=[^/?#]+\.[^/?#])",
    re.IGNORECASE,
)
_MIRROR_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)")
_AMP_PATH = re.compile(r"/amp(?:\.html?|html)?(?=/|$)|\.amp(?=\.html?$|$)", re.IGNORECASE)
_PATH_SAFE = "!$&'()*+,;=:@~"


def canonical_url(url: str) -> str:
    """Return the address that all copies of one page share.

    Lower-case scheme and host, https for http, no ``www.``, ``m.`` or ``amp.`` in front, no default port, no
    credentials, no fragment, no tracking parameters, the rest of the query sorted, escapes written one way, no AMP
    cache in front, no AMP marker and no trailing slash in the path. Anything that is not an http(s) address comes back
    stripped of white space only. Applied again, it changes nothing.
    """
    stripped = url.strip()
    original = stripped
    while (cached := _AMP_CACHE.sub("https://", original)) != original:
        original = cached
    try:
        parts = urlsplit(re.sub("[\ud800-\udfff]", "\ufffd", original))
        port = parts.port
        host = _plain_host(parts.hostname or "")
    except ValueError:
        return stripped
    if parts.scheme not in _DEFAULT_PORT or not host or host.split() != [host]:
        return stripped
    netloc = host if port is None or str(port) in _DEFAULT_PORT.values() else f"{host}:{port}"
    # "surrogateescape" carries bytes that are not UTF-8 through: legacy encodings must not all become one address.
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    query = urlencode(sorted(pair for pair in pairs if not _TRACKING.match(pair[0])), errors="surrogateescape")
    steps = (unquote(step, errors="surrogateescape") for step in parts.path.split("/") if step)
    path = "".join("/" + quote(step, safe=_PATH_SAFE, errors="surrogateescape") for step in steps)
    while (shorter := _AMP_PATH.sub("", path)) != path:
        path = shorter
    return urlunsplit(("https", netloc, path.rstrip("/"), query, ""))


def _plain_host(name: str) -> str:
    """Write a host in ASCII, without what marks a mirror for phones. Raises ``ValueError`` for what can't be a host."""
    if ":" in name:
        return f"[{name}]"
    ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    return _MIRROR_HOST.sub("", ascii_name.lower().rstrip("."))


def article_id(*, url: str | None, source: str | None, title: str, text: str) -> uuid.UUID:
    """Name an article: UUIDv5 of its canonical URL, else of source, title and text."""
    name = canonical_url(url) if url and url.strip() else "\x1f".join((source or "", title, text))
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return uuid.uuid5(ARTICLE_NAMESPACE, digest)


_LONGEST_WORD = 1024


def _pieces(word: str) -> Iterator[str]:
    """Normalise a word in pieces: NFC takes quadratic time on a run of combining marks."""
    for at in range(0, len(word), _LONGEST_WORD):
        yield unicodedata.normalize("NFC", word[at : at + _LONGEST_WORD])


def content_hash(title: str, text: str) -> str:
    """Hash what a reader would see: SHA-256 (hex) of title and text in NFC with white space folded."""

    def folded(value: str) -> str:
        words = value.split()
        line = " ".join(words)
        if line.isascii():
            return line
        if max(map(len, words)) <= _LONGEST_WORD:
            return unicodedata.normalize("NFC", line)
        return " ".join("".join(_pieces(word)) for word in words)

    return hashlib.sha256(f"{folded(title)}\x1f{folded(text)}".encode("utf-8", "surrogatepass")).hexdigest()


class RawArticle(Model):
    """An article as it was published.

    On the wire only ``text`` (or ``title``) is needed: the rest is filled on reading by one pure rule, the same in
    every reader, so ``RawArticle.read`` is the way to read one from Kafka.
    """

    article_id: uuid.UUID = Field(
        default=uuid.UUID(int=0),
        description="UUIDv5 of the canonical URL, else of source, title and text",
        examples=["9d3c6a0f-53a2-5c0b-8a53-6f0f4b1c2d3e"],
    )
    url: str | None = Field(
        default=None, max_length=8192, description="where it was published", examples=["https://example.org/a"]
    )
    source: str | None = Field(default=None, max_length=512, description="outlet", examples=["Example Wire"])
    title: str = Field(default="", description="headline", examples=["Missile attack on Kyiv"])
    text: str = Field(default="", description="body, as published", examples=["At least five people were hurt ..."])
    language: str | None = Field(default=None, max_length=64, description="BCP 47 tag", examples=["en"])
    published_at: AwareDatetime | None = Field(
        default=None,
        description="publication; null where unknown, never the arrival",
        examples=["2024-03-21T08:00:00Z"],
    )
    ingested_at: AwareDatetime = Field(
        default=datetime(1970, 1, 1, tzinfo=UTC),
        description="arrival: given, else the Kafka record's timestamp",
        examples=["2024-03-21T08:00:05Z"],
    )
    content_hash: str = Field(
        default="",
        description="SHA-256 of normalised title and text; computed on reading",
        examples=["5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"],
    )
    attributes: dict[str, str] = Field(
        default_factory=dict, description="the producer's own, passed through", examples=[{"desk": "east"}]
    )

    @field_validator("title", "text", mode="before")
    @classmethod
    def _absent_is_empty(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("published_at", "ingested_at", mode="before")
    @classmethod
    def _naive_is_utc(cls, value: object) -> object:
        """Read a time without a zone, or a bare date, as UTC: many producers mean that."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return f"{value}T00:00:00Z"
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", value):
            return f"{value}Z"
        return value

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands in whatever arrived
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if v is not None}
        return data

    @model_validator(mode="after")
    def _complete(self, info: ValidationInfo) -> Self:
        if not self.title.strip() and not self.text.strip():
            message = "title and text are both empty"
            raise ValueError(message)
        if len(self.title) + len(self.text) > MAX_ARTICLE_CHARS:
            message = f"title and text have more than {MAX_ARTICLE_CHARS} characters"
            raise ValueError(message)
        filled: dict[str, object] = {"content_hash": content_hash(self.title, self.text)}
        if not self.article_id.int:
            filled["article_id"] = article_id(url=self.url, source=self.source, title=self.title, text=self.text)
        arrived = (info.context or {}).get("timestamp_ms")
        if "ingested_at" not in self.model_fields_set and arrived is not None:
            filled["ingested_at"] = datetime.fromtimestamp(arrived / 1000, tz=UTC)
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        self.__pydantic_fields_set__.update(filled)
        return self

    @classmethod
    def read(cls, value: bytes | str, timestamp_ms: int | None = None) -> Self:
        """Parse a record of ``articles.raw`` and fill what its producer left out.

        ``timestamp_ms`` is the record's timestamp in milliseconds since the epoch. Raises ``pydantic.ValidationError``.
        """
        return cls.from_json(value, context={"timestamp_ms": timestamp_ms})


class AssembledArticle(Model):
    """An article with the annotations of every enricher, failed ones too."""

    article: RawArticle = Field(description="the article")
    raw: RawPosition = Field(description="where its record stands in `articles.raw`")
    annotations: tuple[Annotation, ...] = Field(description="one of each kind")

    def payload(self, kind: str) -> dict[str, Any]:
        """Return the payload of a kind, empty where its enricher failed."""
        found: Iterable[Annotation] = (a for a in self.annotations if a.kind == kind)
        return next((a.payload for a in found if a.payload), {})


class EnrichedArticle(Model):
    """An article with all that was read out of it."""

    article: RawArticle = Field(description="the article, unchanged")
    entities: tuple[Entity, ...] = Field(default=(), description="who and what is named")
    places: tuple[Place, ...] = Field(default=(), description="places on the map")
    weapons: tuple[WeaponMention, ...] = Field(default=(), description="weapons and their roles")
    casualties: tuple[CasualtyClaim, ...] = Field(default=(), description="casualty claims")
    incidents: tuple[IncidentLink, ...] = Field(default=(), description="incidents that it tells of")
    annotations: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="by kind: payloads of enrichers that have no field of their own here",
        examples=[{"sanctions": {"sanctioned": ["Example Bank"]}}],
    )
    provenance: dict[str, Provenance] = Field(default_factory=dict, description="by kind: who made it")
    enriched_at: AwareDatetime = Field(description="when the last step was done", examples=["2024-03-21T08:00:07Z"])
