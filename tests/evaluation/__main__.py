"""Measure extraction and linking on the evaluation sets that are found: ``make evaluate [DATA=FOLDER]``.

FOLDER (or TOCSIN_EVALUATION_DATA) has seeds/ and eval/ with ``NAME.SPLIT.in.jsonl`` and ``NAME.SPLIT.gold.jsonl``, and
beside it eval/score.py. ``measure`` takes the metrics, ``reliability`` says what confidence is worth, ``fit`` writes the
weights behind the confidence of claims anew; without one of them the first two are done. Neither is part of the repository. ``--sets`` limits what is run; ``--all`` prints every metric.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.evaluation.fit import fit
from tests.evaluation.reliability import report

BARS = {
    "seeds": {
        "claim_f1": 0.93, "weapon_f1": 0.93, "weapon_canonical_accuracy": 0.97, "weapon_role_accuracy": 0.85,
        "trap_casualty_alarms": 0.0, "incident_mention_coverage": 0.8, "cross_article_links": 1.0,
        "must_not_join_kept_apart": 1.0,
    },
    "gva": {
        "killed_exact": 0.88, "injured_exact": 0.75, "link_b3_f1": 0.955, "link_pair_f1": 0.88, "link_multi_pair_f1": 0.88,
        "same_city_14_days_wrongly_joined": 0.03,
    },
    "airwars": {"killed_in_range": 0.8, "injured_in_range": 0.62, "date_exact": None},
    "muc4": {"casualty_f1": 0.6, "casualty_above_1_f1": 0.55, "false_alarm_rate": 0.2, "instrument_f1": None},
    "gvdb": {"killed_exact": 0.9, "injured_exact": 0.82, "date_exact_where_day_in_text": None},
    "re3d": {"weapon_overlap_f1": 0.75, "names_micro_overlap_f1": 0.7},
    "wikievents": {"weapon_overlap_r": 0.8},
    "geo": {"toponym_overlap_f1": 0.85, "accuracy_161km": 0.92},
    "missile_models": {"models_right": 1.0, "aliases_resolved": 0.98},
}  # fmt: skip
CONTRACT = {"spans_valid": 1.0, "texts_changed": 0.0}


def pairs(data: Path) -> dict[str, tuple[Path, Path]]:
    """Find input and gold of every set."""
    found = {}
    if (data / "seeds" / "seeds.in.jsonl").exists():
        found["seeds"] = (data / "seeds" / "seeds.in.jsonl", data / "seeds" / "seeds_gold.json")
    for given in sorted((data / "eval").glob("*.in.jsonl")):
        gold = given.with_name(given.name.replace(".in.jsonl", ".gold.jsonl"))
        if gold.exists():
            found[given.name.split(".")[0]] = (given, gold)
    return found


def measure(name: str, given: Path, gold: Path, scorer: Path, folder: Path) -> tuple[dict[str, float | None], float]:
    """Enrich a set and score it; return the metrics and the seconds that enriching took."""
    out, began = folder / f"{name}.out.jsonl", time.monotonic()
    subprocess.run([sys.executable, "-m", "services", "enrich", "--jsonl", str(given), "--out", str(out)], check=True)
    seconds = time.monotonic() - began
    command = [sys.executable, str(scorer), name, "--gold", str(gold), "--pred", str(out), "--json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {metric: row["value"] for metric, row in report["metrics"].items()}, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("TOCSIN_EVALUATION_DATA") or str(Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("what", nargs="?", choices=("all", "measure", "reliability", "fit"), default="all")
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--scorer", type=Path, help="score.py; FOLDER/../eval/score.py if not given")
    parser.add_argument("--sets", default="", help="comma separated")
    parser.add_argument("--all", action="store_true", help="every metric")
    options = parser.parse_args()
    scorer = options.scorer or options.data.parent / "eval" / "score.py"
    found = pairs(options.data)
    if not found or not scorer.exists():
        print(
            f"no sets at {options.data}, or no scorer at {scorer}; name them with --data and --scorer", file=sys.stderr
        )
        return 2
    if options.what == "fit":
        print(f"{fit(found, scorer)} weights written")
    if options.what in ("all", "measure"):
        measure_all(found, scorer, options)
    if options.what in ("all", "reliability"):
        report(found, scorer)
    return 0


def measure_all(found: dict[str, tuple[Path, Path]], scorer: Path, options: argparse.Namespace) -> None:
    """Print the metrics of the chosen sets beside their bars."""
    chosen = [s for s in options.sets.split(",") if s] or list(found)
    print(f"{'set':15} {'metric':36} {'value':>8} {'bar':>7}")
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            values, seconds = measure(name, *found[name], scorer, Path(folder))
        wanted = CONTRACT | (dict.fromkeys(values) | BARS.get(name, {}) if options.all else BARS.get(name, {}))
        for metric, bar in wanted.items():
            value = values.get(metric)
            shown = "-" if value is None else f"{value:.4f}"
            print(f"{name:15} {metric:36} {shown:>8} {'' if bar is None else f'{bar:.3f}':>7}")
        articles = values.get("documents") or 0
        print(f"{name:15} {'articles/s':36} {articles / seconds:8.1f}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
