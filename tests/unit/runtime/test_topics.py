from __future__ import annotations

import pytest

from contracts.topics import ANNOTATIONS, INCIDENTS, RAW
from services.runtime.kafka import _unfit

NAMES = [RAW.full_name, ANNOTATIONS.full_name, INCIDENTS.full_name]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (dict.fromkeys(NAMES, 4), None),
        ({**dict.fromkeys(NAMES, 4), INCIDENTS.full_name: 1}, None),
        ({RAW.full_name: 4, ANNOTATIONS.full_name: 4}, "topics are missing: tocsin.incidents.v1"),
        ({**dict.fromkeys(NAMES, 4), ANNOTATIONS.full_name: 6}, "must have the same number of partitions"),
    ],
)
def test_topics_that_the_join_can_not_work_on_are_named(counts, said):
    found = _unfit(NAMES, counts)
    assert found is None if said is None else said in found
