"""The toll of one incident from its claims."""

import pytest

from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope, Victims
from contracts.spans import Count, Qualifier, Section, Span
from services.text.tolls import toll


def claim(name, best, harm="killed", **changes):
    count = changes.pop("count", None) or Count.exact(best)
    return CasualtyClaim(
        claim_id=name, harm=Harm(harm), count=count, span=Span(field="text", start=0, end=1, quote="x"), **changes
    )


def best(claims, harm="killed"):
    found = toll(claims, harm)
    return found and found.best


def test_no_claims_give_no_toll():
    assert toll([], "killed") is None


def test_repetitions_do_not_add_up():
    assert best([claim("a", 7), claim("b", 7, same_as="a"), claim("c", 7, same_as="a")]) == 7


def test_parts_do_not_add_to_their_total():
    assert best([claim("a", 17), claim("b", 13, part_of="a"), claim("c", 4, part_of="a")]) == 17


def test_other_victims_add_up():
    assert best([claim("a", 2), claim("b", 1, adds_to="a"), claim("c", 1, adds_to="b")]) == 4


def test_who_adds_to_a_repetition_adds_to_what_it_repeats():
    assert best([claim("a", 2), claim("b", 2, same_as="a"), claim("c", 1, adds_to="b")]) == 3


def test_the_largest_figure_counts():
    assert best([claim("a", 3), claim("b", 5)]) == 5


def test_the_enemies_that_a_side_says_it_killed_are_not_the_people_hit():
    soldiers = Victims(group="soldiers")
    boast = claim("a", 60, victims=soldiers, claimant="Moscow")
    assert best([claim("b", 34), boast]) == 34
    assert best([boast]) == 60
    assert best([claim("b", 34), claim("c", 60, victims=soldiers, claimant="the mayor")]) == 60


def test_a_lone_figure_of_the_body_gives_way_to_the_lead():
    assert best([claim("a", 3, section=Section.LEAD), claim("b", 50)]) == 3


def test_a_risen_toll_in_the_body_outweighs_the_lead():
    assert best([claim("a", 3, section=Section.LEAD), claim("b", 5, rule="toll")]) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"status": ClaimStatus.DENIED},
        {"status": ClaimStatus.FEARED},
        {"status": ClaimStatus.HYPOTHETICAL},
        {"scope": Scope.CUMULATIVE},
        {"scope": Scope.HISTORIC},
        {"section": Section.CAPTION},
        {"section": Section.RELATED},
        {"section": Section.COMMENT},
        {"section": Section.GUEST},
        {"section": Section.BOILERPLATE},
        {"rule": "reduced_joint"},
    ],
)
def test_what_is_not_told_of_the_incident_never_counts(changes):
    assert best([claim("a", 4), claim("b", 90, **changes)]) == 4


def test_a_figure_that_was_given_before_counts_only_where_there_is_no_newer():
    earlier = claim("b", 6, "injured", rule="counted_outdated")
    assert best([claim("a", 4, "injured"), earlier], "injured") == 4
    assert best([earlier], "injured") == 6


@pytest.mark.parametrize(("figure", "expected"), [(23, 23), (80, 80), (3, None)])
def test_a_figure_stands_for_dozens_unless_it_is_far_below(figure, expected):
    dozens = claim("a", None, section=Section.LEAD, count=Count(min=24, qualifier=Qualifier.DOZENS))
    assert best([dozens, claim("b", figure)]) == expected


def test_the_shot_include_the_dead():
    claims = [claim("a", 3, "injured", rule="passive_open"), claim("b", 1)]
    assert best(claims, "injured") == 2


def test_several_taken_to_hospital_do_not_include_the_dead():
    claims = [claim("a", 3, "injured", rule="hospital_open"), claim("b", 2)]
    assert best(claims, "injured") == 3


def test_the_wounded_do_not_include_the_dead():
    assert best([claim("a", 3, "injured"), claim("b", 1)], "injured") == 3


def test_who_was_shot_and_found_dead_is_taken_off_once():
    claims = [claim("a", 1, rule="passive_died"), claim("b", 1, "injured", rule="passive_open")]
    assert best(claims, "injured") == 1


def test_a_vague_member_leaves_the_figure_of_a_sum():
    claims = [claim("a", 2), claim("b", None, count=Count(min=2, qualifier=Qualifier.SEVERAL), adds_to="a")]
    found = toll(claims, "killed")
    assert (found.best, found.min, found.qualifier) == (2, 2, Qualifier.AT_LEAST)


def test_dozens_in_the_lead_outweigh_a_few_who_are_named():
    dozens = claim("b", None, "injured", count=Count(min=24, qualifier=Qualifier.DOZENS), section=Section.LEAD)
    named = claim("a", 1, "injured", section=Section.LEAD), claim("c", 1, "injured", section=Section.LEAD, adds_to="a")
    assert toll([*named, dozens], "injured").min == 24


def test_a_list_that_repeats_one_is_summed_whole():
    boy, men = claim("a", 1), claim("b", 2)
    again = claim("c", 1, same_as="a", adds_to="b")
    assert best([boy, men, again]) == 3


def test_several_in_the_body_are_no_more_than_the_headline_counts():
    several = claim("b", None, count=Count(min=2, qualifier=Qualifier.SEVERAL))
    assert best([claim("a", 1, section=Section.HEADLINE), several]) == 1


def test_qualifiers_stay():
    count = Count(best=33, min=33, qualifier=Qualifier.AT_LEAST)
    assert toll([claim("a", None, count=count)], "killed") == count


def test_bodies_that_are_counted_outweigh_a_few_who_are_named():
    named = [claim("a", 1, section=Section.LEAD), claim("b", 1, adds_to="a", section=Section.LEAD)]
    assert best([*named, claim("c", 4)]) == 4
    assert best([claim("a", 2, section=Section.LEAD), claim("c", 4)]) == 2


def test_both_who_were_taken_to_hospital_are_the_dead_and_the_hurt():
    dead = [claim("a", 1), claim("b", 1, harm="injured", rule="passive")]
    assert best([*dead, claim("c", 2, harm="injured", rule="hospital_open")], "injured") == 1
    assert best([*dead, claim("c", 3, harm="injured", rule="hospital_open")], "injured") == 3


def test_who_is_named_in_a_total_of_the_hurt_and_died_is_taken_off():
    dead = [claim("a", 1), claim("b", 1, harm="injured", same_as="a")]
    total = claim("c", 5, harm="injured", rule="passive")
    assert best([*dead, total, claim("d", 1, harm="injured", rule="including", same_as="b")], "injured") == 4
    assert best([*dead, total, claim("d", 1, harm="injured", rule="including", part_of="c")], "injured") == 5


def test_one_dead_beside_several_hurt_in_the_headline_stays_one():
    headed = [
        claim("a", 1, section=Section.HEADLINE),
        claim("b", 3, "injured", section=Section.HEADLINE),
        claim("c", 1, adds_to="a", section=Section.BODY),
    ]
    assert best(headed) == 1
    assert best([headed[0], headed[2]]) == 2  # without the hurt the headline may be of one of two


def test_who_killed_himself_is_none_of_those_whom_he_shot():
    told = [claim("a", 2, "injured", rule="active_open"), claim("b", 1, rule="reflexive")]
    assert best(told, "injured") == 2
    assert best([claim("a", 2, "injured", rule="passive_open"), claim("b", 1, rule="passive")], "injured") == 1


def test_several_shot_say_no_more_than_who_is_left():
    several = Count(min=2, qualifier=Qualifier.SEVERAL)
    told = [claim("a", 2), claim("b", None, "injured", count=several, rule="reduced_open"), claim("c", 1, "injured")]
    assert best(told, "injured") == 1


def test_one_of_a_total_who_died_is_taken_off_the_hurt():
    told = [
        claim("a", 3, "injured"),
        claim("b", 1, "injured", rule="including", part_of="a", same_as="c"),
        claim("c", 1, rule="intransitive"),
    ]
    assert best(told, "injured") == 2


def test_the_dead_are_none_of_those_of_whom_as_many_are_told_to_be_hurt_as_were_shot():
    dead = claim("d", 1)
    shot = claim("a", 5, "injured", rule="passive_open", section=Section.LEAD)
    hurt = claim("b", 5, "injured", rule="active")
    assert best([dead, shot], "injured") == 4
    assert best([dead, shot, hurt], "injured") == 5
    assert best([dead, shot.model_copy(update={"rule": "folded_open"}), hurt], "injured") == 4
