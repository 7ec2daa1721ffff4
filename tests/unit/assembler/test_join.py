"""The join under every interleaving, crash and loss that Kafka allows."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.assembler.join import Join, Safe

KINDS = ("entities", "weapons")


def test_an_article_comes_out_with_its_last_annotation():
    join = Join(KINDS)
    assert join.add_raw(0, "a") is None
    assert join.add_annotation(0, 0, "entities", "e") is None
    assert join.safe() == Safe(0, 0)
    finished = join.add_annotation(1, 0, "weapons", "w")
    assert (finished.offset, finished.raw, finished.annotations) == (0, "a", {"entities": "e", "weapons": "w"})
    assert join.safe() == Safe(1, 2)


def test_annotations_may_come_before_their_article():
    join = Join(KINDS)
    join.add_annotation(0, 0, "entities", "e")
    join.add_annotation(1, 0, "weapons", "w")
    assert join.early == 1
    assert join.add_raw(0, "a").annotations == {"entities": "e", "weapons": "w"}
    assert join.early == 0


def test_a_finished_article_behind_the_cut_keeps_its_annotations_uncommitted():
    join = Join(KINDS)
    join.add_raw(0, "waits")
    join.add_raw(1, "done")
    join.add_annotation(0, 1, "entities", "e")
    assert join.add_annotation(1, 1, "weapons", "w") is not None
    assert join.safe() == Safe(raw=0, annotations=0)


def test_a_duplicate_annotation_changes_nothing():
    join = Join(KINDS)
    join.add_raw(0, "a")
    join.add_annotation(0, 0, "entities", "first")
    join.add_annotation(1, 0, "entities", "second")
    assert join.add_annotation(2, 0, "weapons", "w").annotations["entities"] == "first"
    assert join.add_annotation(3, 0, "weapons", "w") is None
    assert join.safe() == Safe(1, 4)


@pytest.mark.parametrize("gap", [1, 5])
def test_annotations_of_records_that_are_gone_are_dropped(gap):
    join = Join(KINDS)
    join.add_annotation(0, 0, "entities", "e")
    join.add_raw(gap, "later")
    assert (join.early, join.waiting) == (0, 1)
    join.add_annotation(1, gap, "entities", "e")
    assert join.add_annotation(2, gap, "weapons", "w") is not None
    assert join.safe() == Safe(gap + 1, 3)


def test_what_is_no_article_holds_nothing_up():
    join = Join(KINDS)
    join.skip_raw(0)
    assert join.safe() == Safe(1, 0)
    assert join.waiting == 0


def test_what_is_no_annotation_is_passed_over():
    join = Join(KINDS)
    join.skip_annotation(0)
    assert join.safe() == Safe(0, 1)
    join.add_raw(0, "a")
    join.add_annotation(1, 0, "entities", "e")
    join.skip_annotation(2)
    assert join.safe() == Safe(0, 1)


class LogAndJoin(RuleBasedStateMachine):
    """Two logs that grow, a join that reads them, and a commit that survives it.

    Enrichers write annotations in any order, late, or twice; the reader takes from either topic as it likes, commits
    when it likes, and crashes or is rebalanced (both: all but the commit is lost) at any moment.
    """

    @initialize(poison=st.sets(st.integers(0, 15), max_size=4))
    def begin(self, poison):
        self.poison = poison
        self.raw: list[int] = []
        self.annotations: list[tuple[int, str]] = []
        self.unwritten: set[tuple[int, str]] = set()
        self.committed = Safe(0, 0)
        self.came_out: set[int] = set()
        self._restart()

    def _restart(self):
        self.join: Join[int, str] = Join(KINDS, self.committed.raw, self.committed.annotations)
        self.raw_at, self.annotations_at = self.committed

    def _out(self, finished):
        if finished is not None:
            assert finished.annotations.keys() == set(KINDS)
            assert all(value == f"{finished.offset}/{kind}" for kind, value in finished.annotations.items())
            assert finished.offset == finished.raw
            self.came_out.add(finished.offset)

    @rule(count=st.integers(1, 3))
    def produce(self, count):
        for _ in range(count):
            offset = len(self.raw)
            self.raw.append(offset)
            if offset not in self.poison:
                self.unwritten |= {(offset, kind) for kind in KINDS}

    @precondition(lambda self: self.unwritten)
    @rule(data=st.data())
    def annotate(self, data):
        one = data.draw(st.sampled_from(sorted(self.unwritten)))
        self.unwritten.discard(one)
        self.annotations.append(one)

    @precondition(lambda self: self.unwritten)
    @rule(data=st.data())
    def annotate_fully(self, data):
        offset = data.draw(st.sampled_from(sorted({o for o, _ in self.unwritten})))
        ready = sorted(one for one in self.unwritten if one[0] == offset)
        self.unwritten -= set(ready)
        self.annotations += ready

    @precondition(lambda self: self.annotations)
    @rule(data=st.data())
    def annotate_again(self, data):
        self.annotations.append(data.draw(st.sampled_from(self.annotations)))

    @precondition(lambda self: self.raw_at < len(self.raw))
    @rule(count=st.integers(1, 8))
    def read_raw(self, count):
        for offset in self.raw[self.raw_at : self.raw_at + count]:
            if offset in self.poison:
                self.join.skip_raw(offset)
            else:
                self._out(self.join.add_raw(offset, offset, 3))
            self.raw_at = offset + 1

    @precondition(lambda self: self.annotations_at < len(self.annotations))
    @rule(count=st.integers(1, 12))
    def read_annotations(self, count):
        for at in range(self.annotations_at, min(len(self.annotations), self.annotations_at + count)):
            offset, kind = self.annotations[at]
            self._out(self.join.add_annotation(at, offset, kind, f"{offset}/{kind}", 2))
            self.annotations_at = at + 1

    @rule()
    def commit(self):
        safe = self.join.safe()
        assert safe.raw >= self.committed.raw
        assert safe.annotations >= self.committed.annotations
        assert safe.raw <= self.raw_at
        assert safe.annotations <= self.annotations_at
        self.committed = safe

    @rule()
    def crash(self):
        self._restart()

    @invariant()
    def a_committed_offset_never_passes_an_article_that_did_not_come_out(self):
        if hasattr(self, "raw"):
            assert all(o in self.came_out for o in self.raw[: self.committed.raw] if o not in self.poison)

    @invariant()
    def the_bytes_held_are_those_of_what_waits(self):
        if hasattr(self, "raw"):
            assert 3 * self.join.waiting <= self.join.waiting_bytes < (3 + 2 * len(KINDS)) * self.join.waiting + 1
            assert 2 * self.join.early <= self.join.early_bytes <= 2 * len(KINDS) * self.join.early

    @invariant()
    def after_a_restart_nothing_waits_for_what_lies_before_the_commit(self):
        if hasattr(self, "raw"):
            before = self.annotations[: self.committed.annotations]
            after = set(self.annotations[self.committed.annotations :]) | self.unwritten
            for offset in self.raw[self.committed.raw :]:
                if offset not in self.poison:
                    lost = {(offset, k) for k in KINDS} & set(before) - after
                    assert not lost

    def teardown(self):
        """Whatever happened: once all is written and read, every article has come out, and nothing waits."""
        if not hasattr(self, "raw"):
            return
        self.annotations += sorted(self.unwritten)
        self._restart()
        for offset in self.raw[self.raw_at :]:
            if offset in self.poison:
                self.join.skip_raw(offset)
            else:
                self._out(self.join.add_raw(offset, offset))
        for at in range(self.annotations_at, len(self.annotations)):
            offset, kind = self.annotations[at]
            self._out(self.join.add_annotation(at, offset, kind, f"{offset}/{kind}"))
        assert self.came_out == {o for o in self.raw if o not in self.poison}
        assert (self.join.waiting, self.join.early) == (0, 0)
        assert self.join.safe() == Safe(len(self.raw), len(self.annotations))


TestLogAndJoin = LogAndJoin.TestCase
TestLogAndJoin.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
