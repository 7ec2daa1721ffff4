from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.incidents import IncidentType, LinkRole
from contracts.spans import When
from services.incidents.index import MOST_NEAR, NEWEST_FOLDED, OLDEST_FOLDED, MemoryIndex, link
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


VAGUE = When(start=DAY, end=DAY, basis="publication")
HEADLINES = [
    (("bridegroom", "beekeeper", "shot"), True),
    (("shot", "killed", "teen"), False),
]


@pytest.mark.parametrize(("words", "joined"), HEADLINES, ids=["rare words", "words of every headline"])
def test_headlines_of_undated_shootings_tell_by_their_rare_words(words, joined):
    index = MemoryIndex()
    shot = {"type": IncidentType.SHOOTING, "traces": Traces(headline=words)}
    first = linked(index, article(0), **shot)
    again = linked(index, article(1, hours=9), when=VAGUE, **shot)
    assert (again.incident_id == first.incident_id) is joined


YEAR_LATER = {
    "the same street and bar": (
        Traces(headline=("bridegroom", "beekeeper"), venues=("anchor bar",), streets=("quay street",)),
        False,
    ),
    "the same victims, dated by their funeral": (NAMES, True),
}


@pytest.mark.parametrize(("traces", "joined"), YEAR_LATER.values(), ids=YEAR_LATER)
def test_a_shooting_of_another_year_is_the_same_by_its_people_alone(traces, joined):
    index = MemoryIndex()
    shot = {"type": IncidentType.SHOOTING, "traces": traces}
    first = linked(index, article(0), **shot)
    later = linked(index, article(1, hours=9), when=on(DAY + timedelta(days=366)), **shot)
    assert (later.incident_id == first.incident_id) is joined


def test_the_name_of_a_bombed_town_in_both_headlines_tells_nothing_beyond_the_place():
    index = MemoryIndex()
    named = Traces(headline=("ardburg",))
    first = linked(index, article(0), traces=named)
    evidence = {e.feature for e in linked(index, article(1, hours=1), traces=named).evidence}
    assert first.incident_id in index.ledgers
    assert "place_same" in evidence
    assert "headline_shared" not in evidence


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


def test_two_shootings_of_one_day_in_numbered_blocks_of_other_streets_are_two():
    index = MemoryIndex()
    first = Traces(streets=("1000 magazine street", "magazine street"))
    other = Traces(streets=("5300 mitscher avenue", "mitscher avenue"))
    one = linked(index, article(0), type=IncidentType.SHOOTING, traces=first)
    assert linked(index, article(1, hours=1), type=IncidentType.SHOOTING, traces=other).incident_id != one.incident_id


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


def test_of_too_many_incidents_in_one_town_those_with_a_trace_in_common_and_the_nearest_are_looked_at():
    index = MemoryIndex()
    for n in range(MOST_NEAR + 10):
        linked(
            index,
            article(n),
            traces=Traces(persons=(f"given{n} family{n}",)),
            **report(article(n), 10**n),
        )
    there = {ledger.incident.incident_id for ledger in index.ledgers.values()}
    assert len(there) == MOST_NEAR + 10  # their victims tell them apart
    late = article(99, hours=1)
    found = link(index, late, [mention(late, traces=Traces(persons=("given2 family2",)))])
    assert found.passed_over == 9
    assert {e.feature for e in found.links[0].evidence} >= {"person_shared"}
    next_town = article(100, hours=2)
    assert index.candidates(mention(next_town, place=NEXT_TOWN, when=on(DAY + timedelta(days=9))))[0] == []


def test_accounts_without_a_day_are_compared_where_they_were_reported_within_a_month():
    index = MemoryIndex()
    first = article(0)
    told = linked(index, first, when=When(), **report(first, 17)).incident_id
    for days, near in ((29, {told}), (31, set())):
        later = article(days, hours=24 * days)
        assert set(index.candidates(mention(later, when=When()))[0]) == near


def test_of_very_many_accounts_the_oldest_and_the_newest_are_folded_and_all_are_counted():
    index = MemoryIndex()
    count = OLDEST_FOLDED + NEWEST_FOLDED + 7
    for n in range(count):
        of = article(n, hours=n / 100).model_copy(update={"source": f"Outlet {n}"})
        link(index, of, [mention(of, traces=NAMES, **report(of, 17 + n // 60))])
    (ledger,) = index.ledgers.values()
    incident = ledger.incident
    assert (incident.article_count, len(incident.sources), incident.killed.current.best) == (count, count, 19)
    assert [r.source for r in incident.killed.history[OLDEST_FOLDED - 1 : OLDEST_FOLDED + 1]] == [
        "Outlet 49",
        "Outlet 57",
    ]
    edited = article(count - 1, hours=3, edit=1)
    assert linked(index, edited, place=FAR_TOWN).incident_id != incident.incident_id
    assert ledger.incident.article_count == count - 1


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
