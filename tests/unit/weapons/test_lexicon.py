from __future__ import annotations

import csv
import re
from collections import defaultdict
from importlib import resources

import pytest

from contracts.weapons import WeaponCategory
from services.weapons.lexicon import fold, key, load_lexicon

ROWS = list(
    csv.DictReader(
        resources.files("services.weapons").joinpath("catalogue.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
)


def test_the_catalogue_has_systems_enough() -> None:
    assert len(ROWS) >= 300
    assert len(load_lexicon().systems) == len(ROWS)


def test_every_row_is_whole() -> None:
    for row in ROWS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["weapon_id"]), row
        assert WeaponCategory(row["category"])
        assert all(row[column] for column in ("name", "side", "aliases", "source")), row


def test_no_name_means_two_systems() -> None:
    owners = defaultdict(set)
    for row in ROWS:
        for alias in filter(None, row["aliases"].split("|")):
            owners[key(alias)].add(row["weapon_id"])
    assert {alias: ids for alias, ids in owners.items() if len(ids) > 1} == {}


def test_no_common_name_shadows_a_sure_one() -> None:
    sure = {key(alias): row["weapon_id"] for row in ROWS for alias in filter(None, row["aliases"].split("|"))}
    doubtful = {key(alias): row["weapon_id"] for row in ROWS for alias in filter(None, row["ambiguous"].split("|"))}
    assert {alias for alias, owner in doubtful.items() if sure.get(alias, owner) != owner} == set()


@pytest.mark.parametrize(
    ("written", "same"),
    [("Kh-101", "kh 101"), ("С-300", "C-300"), ("Х‑101", "X-101"), ("Air Defense", "air-defence"), ("F/A-18", "FA18")],
)
def test_spellings_share_a_key(written: str, same: str) -> None:
    assert "".join(key(written)) == "".join(key(same))


def test_folding_keeps_every_place() -> None:
    text = "İstanbul ‘Кинжал’ ﬁ \u0301 \U0001f680 Straße"
    assert len(fold(text)) == len(text)
