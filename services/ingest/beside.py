"""What a plain text file can't hold (address, outlet, day, language), from a JSON Lines file beside it.

A line describes the file that its ``attributes.key`` or ``attributes.file`` names. Title and text stay the file's own.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FIELDS = ("url", "source", "language", "published_at", "attributes")
MAX_INDEX_BYTES = 64 * 1024 * 1024


def described(path: Path) -> dict[str, Any]:
    """Return the fields that a JSON Lines file in the same folder gives a text file; empty where there is none."""
    folder = path.parent
    stamps = tuple((str(p), p.stat().st_mtime_ns) for p in _listed(folder, folder.stat().st_mtime_ns))
    return dict(_index(stamps).get(path.name, {}))


@lru_cache(maxsize=64)
def _listed(folder: Path, _changed: int) -> tuple[Path, ...]:
    """List the folder's JSON Lines files; once, not for each of perhaps many thousand text files."""
    return tuple(sorted(p for p in folder.glob("*.jsonl") if p.is_file()))


@lru_cache(maxsize=64)
def _index(stamps: tuple[tuple[str, int], ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, _ in stamps:
        index = Path(name)
        if index.stat().st_size > MAX_INDEX_BYTES:
            continue
        for line in index.read_bytes().splitlines():
            try:
                fields = json.loads(line)
                attributes = fields["attributes"]
                of = attributes.get("key") or attributes["file"]
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
            if isinstance(of, str):
                found.setdefault(of, {k: fields[k] for k in FIELDS if fields.get(k) is not None})
    return found
