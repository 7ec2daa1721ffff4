from __future__ import annotations

import pytest

from services.runtime.dead_letters import Limit, LimitReached


def test_so_many_in_a_row_stop_the_service():
    limit = Limit(ratio=0.5, window=100, consecutive=3)
    limit.count([True, True, False, True, True])
    with pytest.raises(LimitReached, match="3 dead letters in a row"):
        limit.count([True])


def test_a_share_of_the_last_messages_stops_the_service():
    limit = Limit(ratio=0.5, window=10, consecutive=100)
    limit.count([True, False, True, False, True, False, False, True, False])
    with pytest.raises(LimitReached, match="5 dead letters among the last 10"):
        limit.count([True])


def test_one_in_a_hundred_goes_on_for_ever():
    limit = Limit(ratio=0.5, window=200, consecutive=100)
    for _ in range(100):
        limit.count([True] + [False] * 99)


def test_a_share_is_not_judged_before_the_window_is_full():
    limit = Limit(ratio=0.5, window=10, consecutive=100)
    limit.count([True] * 9)
