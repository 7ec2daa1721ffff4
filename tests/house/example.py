"""Write an example annotation: an enricher's own word on an example article, to be read through before it is committed.

python -m tests.house.example NAME [STEM]     contracts/examples/articles.raw/STEM.json (``full`` unless given)
                                           -> contracts/examples/articles.annotations/STEM-NAME.json
"""

from __future__ import annotations

import json
import sys

from services.registry import load
from services.runtime.pool import Task, annotate
from services.runtime.service import Enricher
from services.runtime.settings import Settings
from tests.house.tables import ROOT

EXAMPLES = ROOT / "contracts" / "examples"


def main(name: str, stem: str = "full") -> int:
    """Write the example; return the exit code: 1 where the enricher failed or found nothing."""
    enricher = load(name)
    assert isinstance(enricher, Enricher), f"{name} is no enricher"
    value = (EXAMPLES / "articles.raw" / f"{stem}.json").read_bytes()
    made = annotate(enricher, enricher.load(Settings()), Task(value, 0, partition=0, offset=0))
    if made.annotation is None or made.error is not None:
        sys.stderr.write(f"{name} failed: {made.error or 'this is no article'}\n")
        return 1
    message = json.loads(made.annotation)
    if not any(message["payload"].values()):
        sys.stderr.write(f"{name} finds nothing in articles.raw/{stem}.json: add an example article that has some\n")
        return 1
    target = EXAMPLES / "articles.annotations" / f"{stem}-{name}.json"
    target.write_text(json.dumps(message, indent=2, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(f"{target.relative_to(ROOT)}: look through it\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
