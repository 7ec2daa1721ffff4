from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.incidents import IncidentType, LinkRole
from services.incidents.index import MemoryIndex, link
from services.incidents.records import Traces
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

DAY = START.date()
NAMES = Traces(persons=("ada winters", "tom hale"))


def linked(index, of, **changes):
    return link(index, of, [mention(of, **changes)]).links[0]


SAME = {
    "other words, the same night": {},
    "a district of the city": {"place": MILL_QUARTER},
    "a higher toll": report(article(1, hours=9), 41, "officials"),
    "drones instead of missiles": {"type": IncidentType.DRONE_ATTACK},
    "last week's attack, with a victim's name": {"when": on(DAY), "traces": NAMES, "role": LinkRole.BACKGROUND},
}
OTHER = {
    "the same city a day later": {"when": on(DAY + timedelta(days=1))},
    "the same day in the next town": {"place": NEXT_TOWN},
    "the same day far away": {"place": FAR_TOWN},
    "the same toll elsewhere": {"place": FAR_TOWN, **report(article(1, hours=9), 17)},
    "a year later": {"when": on(DAY + timedelta(days=366))},
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_accounts_of_the_same_event_share_an_incident(changes):
    index = MemoryIndex()
    first = article(0)
    told = linked(index, first, traces=NAMES, **report(first, 17))
    assert linked(index, article(1, hours=9), **changes).incident_id == told.incident_id


@pytest.mark.parametrize("changes", OTHER.values(), ids=OTHER)
def test_accounts_of_different_events_do_not(changes):
    index = MemoryIndex()
    first = article(0)
    told = linked(index, first, **report(first, 17))
    assert linked(index, article(1, hours=9), **changes).incident_id != told.incident_id


def test_two_strikes_on_one_town_in_one_day_with_other_victims_at_other_sites_are_two():
    index = MemoryIndex()
    school = Traces(persons=("ada winters", "tom hale"), venues=("elm school",), circumstances=("child", "school"))
    bridge = Traces(persons=("rita moss", "sam field"), venues=("mill bridge",), circumstances=("child", "house"))
    one = linked(index, article(0), traces=school)
    assert linked(index, article(1, hours=1), traces=bridge).incident_id != one.incident_id


def test_one_namesake_in_two_long_lists_of_victims_does_not_make_them_one():
    index = MemoryIndex()
    some = tuple(f"{name} moss" for name in ("ada", "ben", "cleo", "dan", "eve", "finn", "gus"))
    others = ("ada moss", *(f"{name} field" for name in ("hal", "ida", "jon", "kim", "leo", "max")))
    one = linked(index, article(0), traces=Traces(persons=some))
    assert linked(index, article(1, hours=1), traces=Traces(persons=others)).incident_id != one.incident_id
    assert linked(index, article(2, hours=2), traces=Traces(persons=some[:3])).incident_id == one.incident_id


def test_the_evidence_of_a_link_is_recorded_and_sums_up_to_its_confidence():
    index = MemoryIndex()
    linked(index, article(0), traces=NAMES)
    found = linked(index, article(1, hours=1), traces=NAMES)
    assert {"place_same", "day_same", "person_shared"} <= {e.feature for e in found.evidence}
    assert sum(e.weight for e in found.evidence) > 0
    assert found.confidence > 0.9


def test_the_same_version_again_changes_nothing():
    index = MemoryIndex()
    of = article(0)
    first = link(index, of, [mention(of)])
    state = index.ledgers[first.links[0].incident_id].incident
    again = link(index, of, [mention(of)])
    assert (again.links, again.touched) == (first.links, first.touched)
    assert not again.events
    assert index.ledgers[first.links[0].incident_id].incident == state


def test_the_same_content_ingested_again_keeps_the_earlier_report_time():
    index = MemoryIndex()
    first, again = (
        article(0).model_copy(update={"published_at": None, "ingested_at": START + timedelta(hours=h)}) for h in (1, 5)
    )
    told = link(index, first, [mention(first)])
    assert link(index, again, [mention(again)]).links == told.links
    assert index.ledgers[told.links[0].incident_id].incident.first_reported_at == START + timedelta(hours=1)


def test_an_edited_article_moves_its_mention_and_empties_the_incident_left_behind():
    index = MemoryIndex()
    old, new = article(0), article(0, edit=1)
    was = linked(index, old).incident_id
    now = link(index, new, [mention(new, place=FAR_TOWN)])
    assert now.links[0].incident_id != was
    assert set(now.touched) == {was, now.links[0].incident_id}
    assert (index.ledgers[was].incident.article_count, index.ledgers[was].incident.revision) == (0, 2)


def test_an_edited_article_that_tells_of_the_same_event_stays_with_its_incident():
    index = MemoryIndex()
    old, new = article(0), article(0, edit=1)
    was = linked(index, old, **report(old, 17)).incident_id
    assert linked(index, new, type=IncidentType.AIR_STRIKE, **report(new, 18)).incident_id == was
    assert index.ledgers[was].incident.killed.current.best == 18


def test_an_older_version_that_comes_late_is_superseded():
    index = MemoryIndex()
    old, new = article(0), article(0, edit=1)
    told = linked(index, new)
    late = link(index, old, [mention(old, place=FAR_TOWN)])
    assert late.superseded
    assert (late.links, late.touched) == ((), ())
    assert index.ledgers[told.incident_id].incident.article_count == 1


def test_late_evidence_merges_two_incidents_and_the_older_id_wins():
    index = MemoryIndex()
    some, others = Traces(persons=("ada winters", "rita moss")), Traces(persons=("sam field", "tom hale"))
    one = linked(index, article(0), place=None, traces=some)
    two = linked(index, article(1, hours=1), traces=others)
    assert one.incident_id != two.incident_id
    bridge = article(2, hours=2)
    both = Traces(persons=tuple(sorted(some.persons + others.persons)))
    result = link(index, bridge, [mention(bridge, traces=both)])
    assert result.events["merged"] == 1
    assert result.links[0].incident_id == one.incident_id
    assert set(result.touched) == {one.incident_id, two.incident_id}
    assert index.ledgers[two.incident_id].incident.merged_into == one.incident_id
    assert index.ledgers[one.incident_id].incident.article_count == 3
    again = link(index, article(1, hours=1), [mention(article(1, hours=1), traces=others)])
    assert again.links[0].incident_id == one.incident_id


def test_incidents_that_one_article_tells_apart_are_not_merged():
    index = MemoryIndex()
    of = article(0)
    link(index, of, [mention(of, traces=NAMES), mention(of, place=None, role=LinkRole.BACKGROUND, traces=Traces())])
    linked(index, article(1, hours=1), traces=NAMES)
    assert all(ledger.incident.merged_into is None for ledger in index.ledgers.values())


def test_an_account_of_the_whole_country_does_not_swallow_a_town():
    index = MemoryIndex()
    town = linked(index, article(0), place=ARDBURG)
    assert linked(index, article(1), place=COUNTRY).incident_id != town.incident_id


PEOPLE = ("ada winters", "tom hale", "rita moss", "sam field")
steps = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 2),
        st.sampled_from([ARDBURG, MILL_QUARTER, NEXT_TOWN, FAR_TOWN, None]),
        st.integers(0, 2),
        st.sets(st.sampled_from(PEOPLE), max_size=3),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_ids_always_resolve_in_one_hop_and_every_mention_has_one_incident(history):
    index = MemoryIndex()
    issued = set()
    newest = {}
    for number, edit, where, day, names in history:
        of = article(number, hours=number, edit=edit)
        told = [
            mention(of, place=where, when=on(DAY + timedelta(days=day)), traces=Traces(persons=tuple(sorted(names))))
        ]
        result = link(index, of, told)
        issued |= {x.incident_id for x in result.links}
        if not result.superseded:
            newest[of.article_id] = (of, told)
            assert {x.incident_id for x in result.links} <= set(result.touched)
    for incident_id in issued:
        winner = index.resolve(incident_id)
        assert index.ledgers[winner].incident.merged_into is None
        if winner != incident_id:
            assert not index.ledgers[incident_id].mentions
            assert index.ledgers[winner].founded_at <= index.ledgers[incident_id].founded_at
    held = [m for ledger in index.ledgers.values() for m in ledger.mentions]
    assert sorted(held) == sorted(m.mention_id for _, told in newest.values() for m in told)
    before = {i: ledger.incident for i, ledger in index.ledgers.items()}
    for of, told in newest.values():
        link(index, of, told)
    assert {i: ledger.incident for i, ledger in index.ledgers.items()} == before
