"""The trace that a record belongs to, and what is passed on."""

from dataclasses import dataclass

import pytest

from contracts.topics import ANNOTATIONS, RAW
from services.runtime import trace

GOOD = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
BAD = {
    "no header": None,
    "empty": b"",
    "upper case": GOOD.upper(),
    "too short": GOOD[:-1],
    "no trace": b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01",
    "no span": b"00-4bf92f3577b34da6a3ce929d0e0e4736-" + b"0" * 16 + b"-01",
    "forbidden version": b"ff" + GOOD[2:],
    "more than version 00 has": GOOD + b"-what",
    "not text": b"\xff\xfe",
    "a line more": GOOD + b"\n",
}


def test_a_valid_header_is_taken_whatever_stands_beside_it():
    headers = [("other", b"x"), ("traceparent", b"broken"), ("Traceparent", GOOD)]
    assert trace.of(headers, "raw", 0, 1) == GOOD
    assert trace.valid(b"01" + GOOD[2:] + b"-more")


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
def test_another_one_is_replaced_the_same_way_by_every_reader(value):
    made = trace.of([("traceparent", value)], "raw", 0, 1)
    assert trace.valid(made)
    assert made == trace.of([], "raw", 0, 1)
    assert made != trace.of([], "raw", 0, 2)


def test_a_step_keeps_the_trace_and_has_a_span_of_its_own():
    name, first = trace.onward(GOOD, "weapons")
    _, second = trace.onward(GOOD, "entities")
    assert name == "traceparent"
    assert {trace.trace_id(v) for v in (GOOD, first, second)} == {"4bf92f3577b34da6a3ce929d0e0e4736"}
    assert len({v.split(b"-")[2] for v in (GOOD, first, second)}) == 3
    assert all(map(trace.valid, (first, second)))
    assert trace.onward(GOOD, "weapons") == (name, first)


def test_what_comes_in_begins_a_trace_or_goes_on_with_that_of_its_request():
    one, other = trace.begun()[1], trace.begun()[1]
    assert trace.valid(one)
    assert trace.trace_id(one) != trace.trace_id(other)
    token = trace.given.set(GOOD)
    assert trace.trace_id(trace.begun()[1]) == trace.trace_id(GOOD)
    trace.given.reset(token)


@dataclass
class Record:
    offset: int
    headers: tuple = ()
    topic: str = RAW.full_name
    partition: int = 0


def test_the_traces_of_a_batch_are_named_once_each_in_order():
    one, other = (trace.trace_id(trace.of([], RAW.full_name, 0, n)) for n in (1, 2))
    given = (("traceparent", GOOD),)
    batch = [Record(1), Record(7, given), Record(2), Record(8, given)]
    assert trace.named(batch) == {"traces": [one, trace.trace_id(GOOD), other]}


def test_a_line_names_few_traces_and_counts_the_others():
    named = trace.named(Record(n) for n in range(500))
    assert (len(named["traces"]), named["more_traces"]) == (10, 490)
    assert "more_traces" not in trace.named(Record(n) for n in range(10))


def test_a_record_that_should_carry_a_trace_and_does_not_has_none():
    batch = [Record(1, topic=ANNOTATIONS.full_name), Record(2, (("traceparent", GOOD),), ANNOTATIONS.full_name)]
    assert trace.named(batch) == {"traces": [trace.trace_id(GOOD)]}
