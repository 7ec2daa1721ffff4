"""What becomes of a batch: outputs, dead letters, and what is raised instead of them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from contracts.article import RawArticle
from contracts.dead_letter import DeadLetter
from contracts.topics import ASSEMBLED, RAW
from services.runtime.batches import Batches, next_offsets, parsing, slices
from services.runtime.dead_letters import Limit, LimitReached
from services.runtime.group import backoff
from services.runtime.service import Outcome, Output, Reject, Unavailable


@dataclass
class Record:
    value: bytes
    offset: int
    topic: str = RAW.full_name
    partition: int = 0
    timestamp: int = 1_700_000_000_000
    key: bytes | None = b"\xff\x00"
    headers: tuple = (("theirs", b"1"), ("novalue", None))


class Log:
    """A producer that keeps what it is given, and refuses what is larger than it allows."""

    def __init__(self, largest=1_000_000, away=False):
        self.sent, self.largest, self.away = [], largest, away

    async def send(self, topic, value, *, key, partition, headers):
        if self.away:
            raise KafkaConnectionError
        if "assembled" in topic and len(value) > self.largest:
            raise MessageSizeTooLargeError
        self.sent.append((topic, key, value, partition, headers))
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def of(self, part):
        return [s for s in self.sent if part in s[0]]


def article(title, offset=0):
    return Record(RawArticle(title=title).to_json(), offset)


@asynccontextmanager
async def shout(messages):
    """A handler that fails as its messages ask."""
    outputs, rejects = [], {}
    for i, message in enumerate(messages):
        match message.value.title:
            case "bug":
                raise ZeroDivisionError
            case "away":
                raise Unavailable("database")
            case "no":
                rejects[i] = Reject("unwanted", "said no")
            case title:
                outputs.append(Output(ASSEMBLED, title, title.upper().encode()))
    yield Outcome(outputs, rejects)


def batches(log, consecutive=100, give_up=None):
    more = {} if give_up is None else {"give_up": give_up}
    return Batches("incidents", parsing(shout, [RAW]), log, Limit(0.5, 200, consecutive), **more)


async def test_outputs_go_out_and_rejects_become_dead_letters_with_their_bytes():
    log = Log()
    bad = Record(b"{oops", 5)
    await batches(log)([article("a", 3), article("no", 4), bad])
    assert [s[2] for s in log.of("assembled")] == [b"A"]
    first, second = log.of("dead-letters.incidents")
    letters = {DeadLetter.from_headers(s[4]).reason: s for s in (first, second)}
    assert letters.keys() == {"unwanted", "invalid-json"}
    assert letters["invalid-json"][2] == b"{oops"
    letter = DeadLetter.from_headers(letters["invalid-json"][4])
    assert (letter.topic, letter.partition, letter.offset, letter.key) == (RAW.full_name, 0, 5, "ff00")
    assert ("theirs", b"1") in letters["invalid-json"][4]


async def test_a_bug_in_one_record_costs_only_that_record():
    log = Log()
    await batches(log)([article("a"), article("bug", 1), article("b", 2)])
    assert [s[2] for s in log.of("assembled")] == [b"A", b"B"]
    (letter,) = [DeadLetter.from_headers(s[4]) for s in log.of("dead-letters")]
    assert (letter.reason, letter.exception, letter.offset) == ("bug", "ZeroDivisionError", 1)


async def test_a_neighbour_that_is_away_puts_nothing_aside():
    log = Log()
    with pytest.raises(Unavailable):
        await batches(log)([article("a"), article("away", 1)])
    assert log.sent == []
    with pytest.raises(Unavailable):
        await batches(Log(away=True))([article("a")])


async def test_an_output_too_large_puts_its_record_aside_and_lets_the_others_through():
    log = Log(largest=400)
    await batches(log)([article("a"), article("x" * 500, 1), article("b", 2)])
    assert {s[2] for s in log.of("assembled")} == {b"A", b"B"}  # at least once
    assert [DeadLetter.from_headers(s[4]).reason for s in log.of("dead-letters")] == ["output-too-large"]


async def test_the_limit_is_reached_before_the_dead_letters_go_out():
    log = Log()
    with pytest.raises(LimitReached):
        await batches(log, consecutive=2)([article("no"), article("no", 1)])
    assert log.of("dead-letters") == []


async def test_a_record_given_up_still_says_so_downstream():
    log = Log()
    handled = batches(log, give_up=lambda _record, error: [Output(ASSEMBLED, "k", repr(error).encode())])
    await handled([article("bug")])
    assert log.of("assembled")[0][2] == b"ZeroDivisionError()"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([5], [[5]]),
        ([800_000] * 5, [[800_000] * 3, [800_000] * 2]),
        ([3_000_000, 1, 2], [[3_000_000], [1, 2]]),
    ],
)
def test_a_batch_is_cut_by_its_bytes(sizes, expected):
    assert [
        [len(r.value) for r in part] for part in slices([Record(b"x" * n, i) for i, n in enumerate(sizes)])
    ] == expected


def test_offsets_are_the_next_to_read():
    records = [Record(b"", 4), Record(b"", 9, partition=1), Record(b"", 5)]
    assert {p.partition: o for p, o in next_offsets(records).items()} == {0: 6, 1: 10}


def test_pauses_grow_and_end_at_ten_seconds():
    assert max(backoff(n) for n in range(30)) <= 13.0
    assert backoff(1) < 1.0
