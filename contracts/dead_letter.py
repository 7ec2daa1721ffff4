"""Dead letters: the original bytes as value, the story as headers."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.model import Model

HEADER_PREFIX = "tocsin-"


class DeadLetter(Model):
    """Why a record was put aside; travels as record headers ``tocsin-<field>`` beside the byte-identical value."""

    topic: str = Field(description="original topic", examples=["tocsin.articles.raw.v1"])
    partition: int = Field(description="original partition", examples=[0])
    offset: int = Field(description="original offset", examples=[17])
    key: str | None = Field(default=None, description="original key, hexadecimal", examples=["6131"])
    timestamp: AwareDatetime = Field(description="timestamp of the original record", examples=["2024-03-21T08:00:05Z"])
    service: str = Field(description="who put it aside", examples=["weapons"])
    version: str = Field(description="version of that service", examples=["0.1.0"])
    reason: str = Field(description="slug", examples=["invalid-json"])
    exception: str | None = Field(default=None, description="exception class", examples=["ValidationError"])
    message: str = Field(default="", description="what the exception said", examples=["text: field required"])
    attempts: int = Field(default=1, ge=1, description="how often it was tried", examples=[1])
    failed_at: AwareDatetime = Field(description="when it was put aside", examples=["2024-03-21T08:00:06Z"])

    def to_headers(self) -> list[tuple[str, bytes]]:
        """Write the fields as Kafka record headers; null fields are left out."""
        fields = self.model_dump(mode="json", exclude_none=True)
        return [(HEADER_PREFIX + name, str(value).encode("utf-8", "replace")) for name, value in fields.items()]

    @classmethod
    def from_headers(cls, headers: list[tuple[str, bytes | None]] | tuple[tuple[str, bytes | None], ...]) -> DeadLetter:
        """Read the fields back. Raises ``pydantic.ValidationError`` where they are not those of a dead letter."""
        found = {
            name.removeprefix(HEADER_PREFIX): value.decode("utf-8", "replace")
            for name, value in headers
            if name.startswith(HEADER_PREFIX) and value is not None
        }
        return cls.model_validate(found)
