"""Settings for commands: what is wrong with them is said in a line each."""

from __future__ import annotations

from pydantic import ValidationError

from services.cli.errors import CommandError
from services.runtime.settings import Settings


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises ``CommandError`` that names each wrong variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(
            f"TOCSIN_{'_'.join(str(p) for p in e['loc'][:1]).upper()}: {e['msg']}"
            for e in error.errors(include_url=False)
        )
        raise CommandError(f"settings: {wrong}") from None
