"""Properties of linking over any history: order, redelivery, and what IDs mean."""

from collections import defaultdict
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.incidents import LinkRole
from services.incidents.index import MemoryIndex, link, link_all
from services.incidents.records import Traces
from tests.evaluation.orders import agreement
from tests.support.stories import (
    ARDBURG,
    COUNTRY,
    FAR_TOWN,
    MILL_QUARTER,
    NEXT_TOWN,
    START,
    article,
    mention,
    on,
    report,
)

PEOPLE = ("ada winters", "tom hale", "rita moss", "sam field")
TOWNS = (ARDBURG, MILL_QUARTER, NEXT_TOWN, FAR_TOWN)
accounts = st.lists(
    st.tuples(
        st.sampled_from([*TOWNS, None]),
        st.integers(0, 2),
        st.sets(st.sampled_from(PEOPLE), max_size=2),
        st.sampled_from([None, 3, 9, 40]),
    ),
    min_size=2,
    max_size=8,
)
histories = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1), accounts.map(lambda a: a[:2])), max_size=14)


def item(number, told, *, hours=0.0, edit=0):
    """An article that tells of each account; of the first two as parts of one attack where there are two."""
    of = article(number, hours=hours, edit=edit)
    whole = mention(of, place=COUNTRY, coordinated=True, role=LinkRole.BACKGROUND)
    many = len(told) > 1
    mentions = {}
    for place, day, names, killed in told:
        traces = Traces(persons=tuple(sorted(names)))
        when = on(START.date() + timedelta(days=day))
        one = mention(of, place=place, when=when, traces=traces, whole=whole.mention_id if many else None,
                      **(report(of, killed) if killed else {}))  # fmt: skip
        mentions[one.mention_id] = one
    return of, [*mentions.values(), *([whole] if many else [])]


def partition(index, items):
    groups = defaultdict(set)
    for of, _ in items:
        for found in index.version(str(of.article_id)).links:
            groups[index.resolve(found.incident_id)].add(found.mention_id)
    return {i: frozenset(g) for i, g in groups.items()}


@settings(max_examples=40, deadline=None)
@given(accounts, st.randoms(use_true_random=False))
def test_articles_of_one_moment_that_arrive_together_give_the_same_incidents_in_any_order(told, random):
    items = [item(number, [account]) for number, account in enumerate(told)]
    one, other = MemoryIndex(), MemoryIndex()
    link_all(one, items)
    shuffled = random.sample(items, len(items))
    answers = link_all(other, shuffled)
    assert partition(one, items) == partition(other, items)
    assert [a.article_id for a in answers] == [str(of.article_id) for of, _ in shuffled]


ADA, BOTH = {"ada winters"}, {"ada winters", "tom hale"}
MERGED_WHILE_EDITED = [
    (0, 0, [(ARDBURG, 1, set(), None), (ARDBURG, 1, ADA, None)]),
    (1, 0, [(ARDBURG, 0, set(), None), (ARDBURG, 0, set(), None)]),
    (2, 0, [(MILL_QUARTER, 0, BOTH, None), (ARDBURG, 0, set(), None)]),
    (1, 0, [(ARDBURG, 1, BOTH, None), (ARDBURG, 0, set(), None)]),
]


@settings(max_examples=40, deadline=None)
@given(histories)
@example(MERGED_WHILE_EDITED)
def test_an_id_keeps_its_meaning_and_resolves_in_one_hop(history):
    """An incident only grows or is merged: its accounts stay together unless their own articles are edited."""
    index = MemoryIndex()
    meant = {}
    for step, (number, edit, told) in enumerate(history):
        of, mentions = item(number, told, hours=step, edit=edit)
        link(index, of, mentions)
        for incident_id, ledger in index.ledgers.items():
            now = index.ledgers[index.resolve(incident_id)]
            assert now.incident.merged_into is None
            kept = {i for i, article_id in meant.get(incident_id, {}).items() if article_id != str(of.article_id)}
            assert kept <= now.mentions.keys()
            meant[incident_id] = {i: m.article_id for i, m in now.mentions.items()}
            if ledger.incident.merged_into:
                assert not ledger.mentions


@settings(max_examples=40, deadline=None)
@given(histories)
def test_neither_merges_nor_parts_lead_back(history):
    index = MemoryIndex()
    for step, (number, edit, told) in enumerate(history):
        link(index, *item(number, told, hours=step, edit=edit))
    for incident_id in index.ledgers:
        seen, at = set(), index.resolve(incident_id)
        while at is not None:
            assert at not in seen
            seen.add(at)
            above = index.ledgers[at].incident.part_of
            at = index.resolve(above) if above else None


@settings(max_examples=40, deadline=None)
@given(histories)
def test_a_replay_of_the_whole_history_changes_nothing(history):
    index = MemoryIndex()
    newest = {}
    for step, (number, edit, told) in enumerate(history):
        one = item(number, told, hours=step, edit=edit)
        if not link(index, *one).superseded:
            newest[one[0].article_id] = one
    before = {i: ledger.incident for i, ledger in index.ledgers.items()}
    for one in newest.values():
        assert not link(index, *one).events
    assert {i: ledger.incident for i, ledger in index.ledgers.items()} == before


def test_agreement_is_one_for_equal_partitions_and_less_for_others():
    assert agreement(["a", "a", "b"], ["x", "x", "y"]) == (1.0, 1.0)
    assert agreement(["a", "a", "a"], ["x", "x", "y"]) == (0.5, 2 * (1 * 5 / 9) / (1 + 5 / 9))
