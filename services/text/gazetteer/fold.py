"""How names are compared: one key for all ways to write a name."""

from __future__ import annotations

import unicodedata

_SPECIAL = str.maketrans(
    {
        **dict.fromkeys("'’‘ʼ`´ʻʹʿʾ′", ""),
        **dict.fromkeys("-‐‑–—.\u00a0\n\r\t/", " "),
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ё": "е",
    }
)


def fold(name: str) -> str:
    """Return the key of a name: lower case, no accents, apostrophes or full stops, single spaces for hyphens."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name[:300]) if not unicodedata.combining(c))
    return " ".join(name.casefold().translate(_SPECIAL).split())
