"""The common parts: where something stands, how many, when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from contracts.model import Model


class Section(StrEnum):
    """The part of an article in which something is said; only headline, lead and body make tolls."""

    HEADLINE = "headline"
    LEAD = "lead"
    BODY = "body"
    CAPTION = "caption"
    RELATED = "related"
    COMMENT = "comment"
    GUEST = "guest"
    BOILERPLATE = "boilerplate"


class Span(Model):
    """A stretch of an article: code points, end exclusive, ``article.<field>[start:end] == quote``."""

    field: Literal["title", "text"] = Field(
        description="the article's field that the offsets count in", examples=["text"]
    )
    start: int = Field(ge=0, description="offset of the first code point", examples=[14])
    end: int = Field(ge=0, description="offset after the last code point", examples=[31])
    quote: str = Field(description="the characters themselves", examples=["killing 17 people"])

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end - self.start != len(self.quote):
            message = f"span {self.start}..{self.end} does not have the length of its quote ({len(self.quote)})"
            raise ValueError(message)
        return self


class Qualifier(StrEnum):
    """How the source words its figure."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    UP_TO = "up_to"
    FEWER_THAN = "fewer_than"
    ABOUT = "about"
    RANGE = "range"
    DOZENS = "dozens"
    SCORES = "scores"
    HUNDREDS = "hundreds"
    THOUSANDS = "thousands"
    SEVERAL = "several"
    SOME = "some"
    UNSPECIFIED = "unspecified"


class Count(Model):
    """A number as the source gives it.

    ``best`` is the figure in words or digits, if there is one; ``min`` and ``max`` bound the truth it states:
    "at least five" is 5, 5, null; "more than a dozen" is 12, 13, null; "dozens" is null, 24, null;
    "two or three" is null, 2, 3; "17" is 17, 17, 17; "up to 20" is 20, null, 20.
    """

    best: int | None = Field(default=None, ge=0, description="the figure named, null where none is", examples=[12])
    min: int | None = Field(default=None, ge=0, description="lower bound, inclusive", examples=[13])
    max: int | None = Field(default=None, ge=0, description="upper bound, inclusive", examples=[None])
    qualifier: Qualifier = Field(default=Qualifier.EXACT, description="the wording", examples=["more_than"])

    @classmethod
    def exact(cls, number: int) -> Self:
        """Build the count of a plain figure."""
        return cls(best=number, min=number, max=number, qualifier=Qualifier.EXACT)


class Precision(StrEnum):
    """How finely a ``When`` is known."""

    DAY = "day"
    NIGHT = "night"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"
    UNKNOWN = "unknown"


class When(Model):
    """A stretch of days, inclusive at both ends, in the place's local time."""

    start: date | None = Field(default=None, description="first day", examples=["2024-03-21"])
    end: date | None = Field(default=None, description="last day", examples=["2024-03-21"])
    precision: Precision = Field(default=Precision.UNKNOWN, description="what kind of stretch it is", examples=["day"])
    basis: Literal["text", "publication"] = Field(
        default="text", description="whether the text says it or the publication date stands in", examples=["text"]
    )
