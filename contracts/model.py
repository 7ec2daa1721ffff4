"""What every message has in common: frozen, tolerant of unknown fields, and faithful to the last character."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Model(BaseModel):
    r"""Be immutable, ignore what a newer writer adds, and read and write JSON without losing a character.

    JSON may name lone surrogates (``"\ud800"``), which UTF-8 can't: they are kept, escaped, both ways.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")

    @classmethod
    def from_json(cls, value: bytes | str, *, context: dict[str, Any] | None = None) -> Self:
        """Parse one message.

        Raises ``pydantic.ValidationError`` for anything that is not a message of this kind.
        """
        try:
            return cls.model_validate_json(value, context=context)
        except ValidationError as error:
            if [e["type"] for e in error.errors(include_url=False, include_context=False)] != ["json_invalid"]:
                raise
            try:
                loaded = json.loads(value)
            except (ValueError, RecursionError):
                raise error from None
            return cls.model_validate(loaded, context=context)

    def to_json(self) -> bytes:
        """Serialise to UTF-8 JSON; lone surrogates stay escaped."""
        try:
            return self.model_dump_json().encode()
        except (PydanticSerializationError, UnicodeEncodeError):
            return json.dumps(self.model_dump(mode="python"), default=_plain, separators=(",", ":")).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
