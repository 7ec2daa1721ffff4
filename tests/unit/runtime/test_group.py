"""Membership of a group, as the pages and the log tell it."""

from __future__ import annotations

import asyncio

from aiokafka import TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError
from structlog.testing import capture_logs

from services.runtime.group import REJOINS_SUSPECT, Gate
from services.runtime.settings import Settings


def gate(**settings):
    async def stopped(_why):
        raise AssertionError

    stop = asyncio.Event()
    stop.set()  # no pauses
    return Gate("sink", Settings(_env_file=None, **settings), stop=stop, stopped=stopped)


async def test_a_member_counts_as_joined_from_its_first_assignment_until_its_consumer_fails():
    one = gate()
    assert not one.joined
    await one.on_partitions_assigned([])  # more replicas than partitions: still a member
    assert one.joined
    await one.on_partitions_revoked([TopicPartition("t", 0)])
    assert one.joined
    before = one.epoch
    await one.lost(GroupAuthorizationFailedError("tocsin.sink"))
    assert not one.joined
    assert one.epoch > before  # what was fetched before is stale


async def test_joins_and_failures_together_make_it_suspect_a_twin():
    for static in (True, False):
        one = gate(static_membership=static)
        with capture_logs() as lines:
            for n in range(REJOINS_SUSPECT):
                await (one.lost(GroupAuthorizationFailedError("g")) if n % 2 else one.on_partitions_assigned([]))
        assert any("same TOCSIN_INSTANCE" in line["event"] for line in lines) is static
