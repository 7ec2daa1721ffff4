from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.incidents import IncidentType, LinkRole
from services.incidents.fold import fold, is_official, revised
from services.incidents.link import profile
from tests.support.stories import ARDBURG, MILL_QUARTER, START, article, mention, on, report

INCIDENT = "00000000-0000-0000-0000-000000000001"


def told(number, hours, killed, claimant=None, **changes):
    of = article(number, hours=hours)
    return mention(of, **report(of, killed, claimant), **changes)


def test_the_toll_rises_and_its_history_is_kept():
    incident = fold(INCIDENT, [told(1, 5, 41, "officials"), told(0, 0, 33, "officials")])
    assert incident.killed.current.best == 41
    assert [(r.count.best, r.source) for r in incident.killed.history] == [(33, "Outlet 0"), (41, "Outlet 1")]


def test_the_newest_official_figure_goes_before_a_later_one_of_nobody():
    incident = fold(INCIDENT, [told(0, 0, 33, "the mayor"), told(1, 5, 90)])
    assert incident.killed.current.best == 33
    assert [r.count.best for r in incident.killed.history] == [33, 90]


def test_some_of_the_dead_are_not_the_new_toll_unless_an_official_says_so():
    strike = told(0, 0, 41, "the governor")
    assert fold(INCIDENT, [strike, told(1, 60, 2)]).killed.current.best == 41
    assert fold(INCIDENT, [strike, told(1, 60, 38)]).killed.current.best == 38
    assert fold(INCIDENT, [strike, told(1, 60, 14, "police")]).killed.current.best == 14


def test_what_is_told_in_the_background_does_not_move_the_figures_of_the_main_accounts():
    old = told(0, 0, 33)
    retold = told(1, 50, 3, role=LinkRole.BACKGROUND, place=MILL_QUARTER, when=on(START.date() - timedelta(days=3)))
    incident = fold(INCIDENT, [old, retold])
    assert (incident.killed.current.best, incident.place.place_id, incident.when) == (33, ARDBURG.place_id, old.when)
    assert incident.article_count == 2


def test_times_come_from_the_reports():
    incident = fold(INCIDENT, [told(0, 7, 1), told(1, 2, 1)])
    assert (incident.first_reported_at, incident.updated_at) == (START + timedelta(hours=2), START + timedelta(hours=7))


def test_a_revision_rises_only_with_the_content():
    first = fold(INCIDENT, [told(0, 0, 1)])
    assert revised(None, first).revision == 1
    assert revised(first, fold(INCIDENT, [told(0, 0, 1)])) is first
    assert revised(first, fold(INCIDENT, [told(0, 0, 1), told(1, 0, 1)])).revision == 2


def test_official_claimants():
    assert is_official("Local officials")
    assert is_official("Kyiv mayor Vitali Klitschko")
    assert not is_official("a neighbour")
    assert not is_official(None)


mentions = st.lists(
    st.builds(
        lambda n, h, k, t, c: told(n, h, k, c, type=t),
        st.integers(0, 8), st.integers(0, 3), st.integers(0, 50), st.sampled_from(list(IncidentType)),
        st.sampled_from([None, "police", "a neighbour"]),
    ),
    max_size=8,
    unique_by=lambda m: m.mention_id,
)  # fmt: skip


@given(mentions, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(told_of, random):
    shuffled = list(told_of)
    random.shuffle(shuffled)
    assert fold(INCIDENT, shuffled) == fold(INCIDENT, told_of)
    assert profile(INCIDENT, START, shuffled) == profile(INCIDENT, START, told_of)
