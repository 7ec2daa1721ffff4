"""python -m tests.benchmarks [NAMES...] [--articles N] [--json FILE]: one table of figures, goals and whether they are met."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import signal
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path

import structlog

from tests.benchmarks.measure import Row, Size

BENCHMARKS = {
    "pipeline": ("pipeline", "bench"),
    "passthrough": ("passthrough", "bench"),
    "sink": ("ledger", "bench"),
    "latency": ("latency", "bench"),
    "memory": ("memory", "bench"),
    "speed": ("speed", "bench"),
    "long": ("speed", "bench_long"),
}
MET = {True: "yes", False: "NO", None: ""}


def line(row: Row) -> str:
    figure = f"{row.figure:,.2f}" if row.figure < 100 else f"{row.figure:,.0f}"
    return f"{row.name:<42} {f'{figure} {row.unit}':>16}  {row.goal:<7} {MET[row.met]:<4} {row.detail}".rstrip()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", choices=[[], *BENCHMARKS], help=f"some of: {', '.join(BENCHMARKS)}"
    )
    parser.add_argument(
        "--articles", type=int, default=400, metavar="N", help="articles in a round (default: 400); the rest follows"
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON, too")
    given = parser.parse_args()
    size = Size(given.articles, given.rounds, len(os.sched_getaffinity(0)))
    rows: list[Row] = []
    failed: list[str] = []
    print(f"{'benchmark':<42} {'figure':>16}  {'goal':<7} {'met':<4} from", flush=True)
    for name in given.names or BENCHMARKS:
        began = time.monotonic()
        module, function = BENCHMARKS[name]
        try:
            for row in getattr(importlib.import_module(f"tests.benchmarks.{module}"), function)(size):
                print(line(row), flush=True)
                rows.append(row)
        except Exception:  # noqa: BLE001 - the others are still worth running
            traceback.print_exc()
            failed.append(name)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if given.json:
        table = [asdict(row) | {"met": row.met} for row in rows]
        given.json.write_text(
            json.dumps({"cores": size.cores, "articles": size.articles, "rows": table}, indent=1) + "\n"
        )
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
