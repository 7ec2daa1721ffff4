"""Spans, identities and robustness of casualty claims."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import RawArticle
from contracts.casualties import Scope
from services.casualties.extract import extract, load


@pytest.fixture(scope="module")
def model():
    return load(None)


def article(text, title="", **fields):
    return RawArticle(title=title, text=text, **fields)


ODESA = "geonames:698740"
PIECES = st.sampled_from(
    ["two people were killed", "killing 17", "17-year-old", "\r\n", "\n\n", "🚑", "e\u0301", "\x00", "\ud800", "“", "—", "no one was hurt",
     "including four children", "12,500", "Київ", ".", ",", " ", "shot dead", "the death toll rose to 41", "and", "hospital", "- "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(text=st.lists(PIECES, max_size=25).map("".join), title=st.lists(PIECES, max_size=4).map("".join))
def test_every_span_quotes_the_article(text, title):
    if not (text + title).strip():
        return
    read = article(text, title)
    claims = extract(read, MODEL).casualties
    for claim in claims:
        assert getattr(read, claim.span.field)[claim.span.start : claim.span.end] == claim.span.quote
    ids = {c.claim_id for c in claims}
    assert len(ids) == len(claims)
    assert {o for c in claims for o in (c.part_of, c.same_as, c.adds_to) if o} <= ids


MODEL = load(None)


def test_claim_ids_are_the_same_for_the_same_article(model):
    read = article("Two people were killed in Lviv and three hurt.")
    assert extract(read, model) == extract(read, model)


@pytest.mark.parametrize(
    "text",
    [
        "The murder of the monks was condemned. Six monks were murdered on Friday.",
        "Six monks were murdered on Friday. The killers of the monks fled.",
    ],
)
def test_the_monks_are_those_that_are_counted_elsewhere(text, model):
    assert [c.count.best for c in extract(article(text), model).casualties] == [6]


def test_the_monks_alone_are_a_claim(model):
    claims = extract(
        article("The murder of the monks was condemned. Six guards were killed on Friday."), model
    ).casualties
    assert [c.count.best for c in claims] == [None, 6]


@pytest.mark.parametrize(
    "text",
    [
        "Air defence downed 14 drones. Two more disappeared from radar.",
        "The body was found under the rubble of a shop.",
    ],
)
def test_drones_and_bodies_are_nobody(text, model):
    assert extract(article(text), model).casualties == ()


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Two clerks were killed and ten others wounded, with guns shelling the mayor's house.", [2, 10]),
        ("One injured clerk was rushed to hospital.", [1]),
        ("A fire hurt eight people, four of whom were hospitalised.", [8, 4]),
        ("The number of people injured in the attack has increased to 46.", [46]),
        ("A driver received injuries to his face, body and hands.", [1]),
    ],
)
def test_nobody_is_counted_twice(text, figures, model):
    assert [c.count.best for c in extract(article(text), model).casualties] == figures


def test_claim_ids_differ_between_articles(model):
    one, other = article("Two people were killed.", title="A"), article("Two people were killed.", title="B")
    assert extract(one, model).casualties[0].claim_id != extract(other, model).casualties[0].claim_id


def test_place_date_and_claimant_are_said(model):
    read = article(
        "Seven people were killed in Kherson on Tuesday, Governor Oleksandr Prokudin said.",
        published_at="2024-07-10T12:00:00Z",
    )
    (claim,) = extract(read, model).casualties
    assert claim.place_id == "geonames:706448"
    assert claim.when.start.isoformat() == "2024-07-09"
    assert claim.claimant.endswith("Oleksandr Prokudin")


def test_who_says_it_is_no_member_of_the_list(model):
    total, part = extract(article("A fire hurt nine people, including a cook, the mayor said."), model).casualties
    assert (total.claimant, part.claimant) == ("the mayor", "the mayor")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("A mine killed three in Kherson on Sunday. On Tuesday doctors put the death toll at five.", [7, 7]),
        ("A mine killed three in Kherson on Sunday. The toll rose to five on Tuesday; one is missing.", [7, 7, 7]),
        ("A mine killed three in Kherson on Sunday. It came two days after shells killed nine there.", [7, 5]),
    ],
)
def test_the_day_is_that_of_the_harm(text, days, model):
    read = article(text, published_at="2024-07-10T12:00:00Z")
    assert [c.when.start.day for c in extract(read, model).casualties] == days


def test_what_was_done_when_a_period_began_is_past(model):
    text = "A mine killed two men on Sunday. It was the first attack since 2019, when a bomb killed six people."
    claims = extract(article(text, published_at="2024-07-10T12:00:00Z"), model).casualties
    assert [c.scope for c in claims] == ["incident", "historic"]


@pytest.mark.parametrize(
    "text",
    [
        "A fire in Lima hurt 20 people. Four of the wounded are nurses.",
        "A fire in Lima hurt 20 people. Four are still being treated.",
        "A fire in Lima killed 20 people. A nurse was among the dead.",
    ],
)
def test_some_of_those_told_of_are_a_part(text, model):
    total, part = extract(article(text), model).casualties
    assert part.part_of == total.claim_id


def test_the_son_of_the_dead_is_somebody_else(model):
    dead, hurt = extract(article("A shepherd died. His son was taken to hospital."), model).casualties
    assert (dead.harm, hurt.harm, hurt.same_as) == ("killed", "injured", None)


def test_others_beside_a_part_are_parts_of_the_same_total(model):
    text = "Rockets wounded at least 20 people. Two of the wounded are in hospital, while six others suffered minor injuries."
    total, *parts = extract(article(text), model).casualties
    assert [(c.count.best, c.part_of, c.adds_to) for c in parts] == [(n, total.claim_id, None) for n in (2, 6)]


@pytest.mark.parametrize(
    ("text", "outdated"),
    [
        ("Three people were killed. Officials had earlier reported two deaths.", [False, True]),
        ("Initial reports put the number of dead at seven.", [True]),
        ("Officials reported two deaths earlier on Monday.", [False]),
    ],
)
def test_a_figure_that_was_given_before_says_so(model, text, outdated):
    claims = extract(article(text), model).casualties
    assert [c.rule.endswith("_outdated") for c in claims] == outdated


def test_who_was_killed_in_two_ways_was_killed(model):
    (claim,) = extract(article("Gunmen murdered and beheaded five people in Lima."), model).casualties
    assert (claim.count.best, claim.rule) == (5, "active")


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("In Peru 18 people were killed and 40 injured in two separate attacks.", ["cumulative", "cumulative"]),
        ("Six people were killed in an attack in Lima.", ["incident"]),
    ],
)
def test_a_figure_for_separate_attacks_is_that_of_none(model, text, scopes):
    assert [c.scope for c in extract(article(text), model).casualties] == scopes


@pytest.mark.parametrize(
    "text", ["It crashed, killing all aboard.", "The blast killed all of them.", "It killed all inside."]
)
def test_all_are_more_than_one(model, text):
    (claim,) = extract(article(text), model).casualties
    assert (claim.count.best, claim.count.min, claim.count.qualifier) == (None, 2, "unspecified")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Drones downed a police helicopter on a mission in Amalfi, killing 12 officers.", "reported"),
        ("They met to plot killing 12 officers.", "hypothetical"),
    ],
)
def test_what_an_attack_led_to_is_no_intent(model, text, status):
    assert [c.status for c in extract(article(text), model).casualties] == [status]


def test_martyrs_and_injured_counted_together_are_joint(model):
    (claim,) = extract(article("The raids left 225 martyrs and injured in the town."), model).casualties
    assert (claim.count.best, claim.rule) == (225, "counted_joint")


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Over 80% of its 2.3 million residents have been displaced.", []),
        ("More than 80 per cent of the town's 5,000 people fled.", []),
        ("Half of the 900 pupils were hurt.", []),
        ("A third of the 900 soldiers were killed.", []),
        ("Two of the 30 passengers were killed.", [2]),
        ("A third man was killed.", [1]),
        ("Some 40 percent of the 2,000 wounded are children.", [2000]),
    ],
)
def test_a_share_of_so_many_is_not_so_many(model, text, best):
    assert [c.count.best for c in extract(article(text), model).casualties] == best


def test_parts_in_other_towns_add_up_to_the_total_or_are_others(model):
    text = "Five people were killed in Ukraine on Monday, three in Lutsk and two in Sumy."
    total, *parts = extract(RawArticle(title="Strikes", text=text), model).casualties
    assert [(c.count.best, c.part_of) for c in parts] == [(3, total.claim_id), (2, total.claim_id)]
    text = "Five people were killed in Lutsk and two in Sumy."
    one, other = extract(RawArticle(title="Strikes", text=text), model).casualties
    assert (other.count.best, other.part_of, other.adds_to) == (2, None, one.claim_id)


def test_parts_may_follow_a_colon_further_on(model):
    text = "Shells killed four residents of Lutsk on 3 May: three in their home and one in the street."
    total, *parts = extract(RawArticle(title="Shells", text=text), model).casualties
    assert [(c.count.best, c.part_of) for c in parts] == [(3, total.claim_id), (1, total.claim_id)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("The raid killed hundreds: the US put the figure at 1,429.", [("killed", None)]),
        (
            "Two cooks died, one of them Ana Ruiz, a 30-year-old pastry cook, and more than 300 people were hurt.",
            [("killed", 2), ("killed", 1), ("injured", 300)],
        ),
        ("Nine people, four of whom were children, perished in a clinic.", [("killed", 9), ("killed", 4)]),
        ("Lima observed a day of mourning for 43 people killed on Monday.", [("killed", 43)]),
    ],
)
def test_who_speaks_or_is_told_of_aside_is_no_victim(text, figures, model):
    claims = extract(RawArticle(title="Raid", text=text), model).casualties
    assert [(c.harm, c.count.best) for c in claims] == figures
    assert all(c.scope is Scope.INCIDENT for c in claims)


def test_a_headline_that_adds_up_the_towns_is_a_sum(model):
    text = "Eight people were killed in Lutsk on Monday.\n\nThree people died in Sumy."
    head, *parts = extract(RawArticle(title="Strikes kill 11", text=text), model).casualties
    assert (head.scope, head.place_id) == (Scope.CUMULATIVE, None)
    assert [(c.scope, c.part_of) for c in parts] == [(Scope.INCIDENT, head.claim_id)] * 2
    text = "Eight people were killed in Lutsk on Monday.\n\nThree people died in Sumy. In all 11 died in Lutsk."
    assert extract(RawArticle(title="Strikes kill 11", text=text), model).casualties[0].scope is Scope.INCIDENT


def test_the_hurt_of_a_toll_are_counted_with_it(model):
    text = "The ministry put the toll at 20 dead and 35 wounded."
    assert [(c.count.best, c.rule) for c in extract(RawArticle(title="Blast", text=text), model).casualties] == [
        (20, "toll"),
        (35, "toll"),
    ]


def test_another_event_of_the_same_days_elsewhere_is_no_past(model):
    text = "A bomb killed four people in Lutsk on Monday.\n\nTwo died in a separate attack on Sumy overnight."
    article = RawArticle(title="Strikes", text=text, published_at=datetime(2024, 5, 7, tzinfo=UTC))
    assert [c.scope for c in extract(article, model).casualties] == [Scope.INCIDENT, Scope.INCIDENT]
    text = "A bomb killed four people in Lutsk on Monday. Two died in a separate attack there."
    article = RawArticle(title="Strikes", text=text, published_at=datetime(2024, 5, 7, tzinfo=UTC))
    assert [c.scope for c in extract(article, model).casualties] == [Scope.INCIDENT, Scope.HISTORIC]


def test_no_single_body_is_nobody(model):
    assert not extract(article("The army said that not a single body of a rebel was recovered."), model).casualties


def test_patients_who_died_are_no_part_of_the_treated(model):
    claims = extract(article("Two hospitals treated 90 people with burns, and six of them died."), model).casualties
    assert [(c.harm, c.count.best, c.part_of) for c in claims] == [("injured", 90, None), ("killed", 6, None)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Shells fell on Kherson. Two men from Odesa were killed.", ["geonames:706448"]),
        ("Two died in Odesa.\n\nShells hit a market in Kherson. Six people were hurt.", [ODESA, "geonames:706448"]),
        ("Six people died in Odesa as shells fell on Kherson.", [ODESA]),
        ("Shells fell on Kherson. Russia killed two people.", ["geonames:706448"]),
        ("Two people were killed in Russia.", ["geonames:2017370"]),
        ("Shells fell on Kherson. So far 90,000 Russian soldiers have been killed in the war, the army said.", [None]),
    ],
)
def test_who_acts_and_what_is_summed_up_are_no_places(text, places, model):
    assert [claim.place_id for claim in extract(article(text), model).casualties] == places


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("The army said 812 rebels have been killed.", "cumulative"),
        ("The war brought them the death of 40,000 people.", "cumulative"),
        ("Nine guards were killed in clashes in several provinces.", "cumulative"),
        ("They denounced the murder of activists.", "cumulative"),
        ("The gang has killed several miners.", "cumulative"),
        ("Many brave miners have been killed.", "cumulative"),
        ("People are dying of hunger.", "cumulative"),
        ("Two judges have been murdered in less than 15 days.", "cumulative"),
        ("During the current campaign three candidates have been murdered.", "cumulative"),
        ("Nine guards were killed in various clashes.", "cumulative"),
        ("There were 53 clashes and nine guards were killed.", "cumulative"),
        ("Since the rebels took the town 40 clerks have been killed.", "cumulative"),
        ("Many clerks have died for their beliefs.", "cumulative"),
        ("The gang has killed several miners in bomb attacks.", "cumulative"),
        ("Drugs are killing our people.", "cumulative"),
        ("Since the full-scale invasion of February 2022 more than 13,000 clerks were killed.", "cumulative"),
        ("Since the guard was killed the town has been quiet.", "incident"),
        ("From 3 May to 10 June the army lost 40 dead.", "cumulative"),
        ("Between 1980 and 1992 some 300 clerks were killed.", "cumulative"),
        ("It was a conflict which had cost 7,000 lives.", "cumulative"),
        ("The cartels have set off 260 bombs, killing 190 people.", "cumulative"),
        ("So far eight clerks have been killed by this terrorism.", "cumulative"),
        ("The regime massacres the people.", "cumulative"),
        ("On Monday bombs were murdering our people.", "cumulative"),
        ("He stays in power by murdering his opponents.", "cumulative"),
        ("They spoke to the widows of men murdered there.", "cumulative"),
        ("There have been enough people killed.", "cumulative"),
        ("During February the army killed 60 rebels.", "cumulative"),
        ("So far in May 60 rebels have been killed.", "cumulative"),
        ("During his term 400 clerks were murdered.", "cumulative"),
        ("In three days of fighting 40 rebels were killed.", "cumulative"),
        ("In various actions nine guards were killed.", "cumulative"),
        ("Nine guards were killed in attacks on the camps and in ambushes.", "cumulative"),
        ("Nine guards were killed by attacks in seven of the country's departments.", "cumulative"),
        ("During the current electoral campaign nine clerks have been murdered.", "cumulative"),
        ("Nine guards were killed in attacks on a camp and a bridge.", "incident"),
        ("Nine guards were killed in the town, where combat began on 3 May.", "cumulative"),
        ("Nine guards were killed in clashes that have taken place near the bridge.", "cumulative"),
        ("Nine guards were killed in recent fighting.", "cumulative"),
        ("Nine guards died in the military operations.", "cumulative"),
        ("Nine guards died in a military operation.", "incident"),
        ("Nine guards were killed in clashes that began at 0600.", "incident"),
        ("We honour the soldiers who died for freedom.", "cumulative"),
        ("During February 3 there was a raid that killed nine rebels.", "incident"),
        ("They asked for the evacuation of wounded people.", "cumulative"),
        ("They spoke of the explosion; the murder of many clerks; and the strike.", "cumulative"),
        ("Three bombs have exploded at the gate, killing nine people.", "incident"),
        ("They spoke to the widows of men murdered in the attack.", "incident"),
        ("Nine guards were killed in clashes in the northern part of the country.", "cumulative"),
        ("Since May 1980, when the war began, there have been 800 deaths.", "cumulative"),
        ("Between 1 May and 30 June, at least 90 people were killed.", "cumulative"),
        ("In the reporting period, 12 people were killed.", "cumulative"),
        ("Their army lost 640 troops near the river.", "cumulative"),
        ("More than 30 servicemen were eliminated in that direction.", "cumulative"),
        ("A strike eliminated 30 servicemen.", "incident"),
        ("Their army lost two soldiers near the river.", "incident"),
        ("Several miners have been hurt.", "incident"),
        ("It hit the house, reportedly injuring civilians.", "incident"),
        ("An earthquake has killed 1,200 people.", "incident"),
        ("On Monday 140 people were killed in the fighting.", "incident"),
        ("Nine guards were killed in clashes at the bridge.", "incident"),
        ("They denounced the murder of two activists.", "incident"),
        ("A blast has killed several miners.", "incident"),
    ],
)
def test_tallies_and_talk_are_no_incident(text, scope, model):
    assert [c.scope.value for c in extract(article(text), model).casualties] == [scope]


@pytest.mark.parametrize(
    "text",
    [
        "It had been quiet since May 1980, when a bomb killed six.",
        "Over the past years things went ill, and the murder of Ana Ruiz was the worst.",
    ],
)
def test_what_a_period_began_with_and_one_by_name_are_no_running_total(text, model):
    first, second = extract(article(f"A blast hurt two clerks. {text}"), model).casualties
    assert (first.scope, second.scope) == ("incident", "historic")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The rebels denied any part in the murder of two judges.", "reported"),
        ("The ministry denied that two judges were killed.", "denied"),
        ("Are there any guards wounded?", "hypothetical"),
        ("All parties rejected the murder of Ana Ruiz.", "reported"),
        ("The report that two girls were hurt is unfounded.", "denied"),
        ("It would cause the death of two clerks.", "hypothetical"),
        ("There might be 20 people dead.", "hypothetical"),
        ("There could be 20 wounded clerks.", "hypothetical"),
        ("Anyone who murders a guard is hanged.", "hypothetical"),
        ("The penalty for killing a guard is death.", "hypothetical"),
        ("They offered a reward for the death of the mayor.", "hypothetical"),
        ("They offered a reward for news on the death of the mayor.", "reported"),
        ("They are paid for each guard killed.", "hypothetical"),
        ("The raid was aimed at killing the mayor.", "hypothetical"),
        ("Whoever comes must step across the bodies of our guards.", "hypothetical"),
        ("This town will see the bodies of its judges.", "hypothetical"),
        ("They saw the bodies of two soldiers.", "reported"),
        ("The pilot who was said to have been killed in Lima is alive.", "denied"),
        ("The clerk was killed and his wife is alive.", "reported"),
        ("He will be tried for the murder of two clerks.", "reported"),
    ],
)
def test_what_is_denied_or_asked(text, status, model):
    assert [c.status.value for c in extract(article(text), model).casualties] == [status]


@pytest.mark.parametrize(
    "text",
    [
        "The blast led to the death of six clerks and millions in losses.",
        "They condemned the murder of the six clerks; General Luis Soto, General Ana Ruiz, and Major Juan Rojo spoke.",
        "Two of the wounded rebels died. They were six.",
    ],
)
def test_money_and_the_next_speakers_are_no_victims(text, model):
    assert len(extract(article(text), model).casualties) == 1


def test_who_died_after_he_was_shot_and_the_injured_are_told_once(model):
    claims = extract(article("A judge, Luis Soto, died after he was shot. Five clerks were hurt."), model).casualties
    assert [(c.harm.value, c.count.best) for c in claims] == [("killed", 1), ("injured", 5)]
    claims = extract(article("Five clerks were hurt. The injured clerks were taken to a hospital."), model).casualties
    assert [(c.harm.value, c.count.best) for c in claims] == [("injured", 5)]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("The ministry denied that any of its soldiers had been killed.", 0),
        ("Rebels denied that any fighters had died in the raid.", 0),
        ("The mayor denied that anyone was killed.", 0),
        ("We do not know of any guards being killed.", 0),
        ("The ministry denied that 20 soldiers had been killed.", 20),
    ],
)
def test_a_denial_of_any_victims_is_of_none(text, figure, model):
    (claim,) = extract(article(text), model).casualties
    assert (claim.harm, claim.status, claim.scope, claim.count.best) == ("killed", "denied", "incident", figure)


@pytest.mark.parametrize(
    "text",
    [
        "A woman of 71 died in the strike.",
        "A woman, 71, died.",
        "A woman aged 71 was killed.",
        "Killed was a man of 64.",
        "A 71-year-old was killed.",
        "Olena Koval, 71, a nurse, was killed.",
    ],
)
def test_an_age_is_no_figure(text, model):
    assert [(c.harm, c.count.best) for c in extract(article(text), model).casualties] == [("killed", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "Rovers bombarded the box, shot the visitors into the lead and killed off the match before half-time.",
        "The striker shot the hosts ahead with a hat-trick and killed the game with a rocket; the keeper was hurt.",
        "City shelled Albion 5-1 with three late goals. Two players are missing: they were hurt, City said.",
        "The Lions slaughtered the Tigers in the cup final, and a header in the second half killed them.",
    ],
)
def test_teams_that_are_shot_are_no_victims(text, model):
    assert extract(article(text, "Rovers shoot past Albion to reach league cup final"), model).casualties == ()


@pytest.mark.parametrize(
    "text",
    [
        "Shelling killed the captain of the football team during a league match.",
        "The blast at the cup final killed 20 fans and the referee of the match.",
        "A midfielder who scored in the league final was shot; police said the match was over.",
        "Ihor Koval, once a striker, was killed in Sumy, days after his last football match of the season.",
    ],
)
def test_harm_at_a_match_is_harm(text, model):
    assert extract(article(text), model).casualties


def test_victims_are_described(model):
    (claim,) = extract(article("Four Ukrainian children were wounded."), model).casualties
    assert (claim.victims.group, claim.victims.side) == ("children", "Ukraine")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Among the dead was Petro Savchuk, a teacher.", "Petro Savchuk"),
        ("Olena Marchenko, a nurse, was killed.", "Olena Marchenko"),
        ("They mourned Ana Ruiz’s death.", "Ana Ruiz"),
        ("The journalist Iryna O'Neil-Bondar was wounded.", "Iryna O'Neil-Bondar"),
    ],
)
def test_named_victims_keep_the_spelling_of_their_name(text, name, model):
    assert name in [n for claim in extract(article(text), model).casualties for n in claim.victims.names]


@pytest.mark.parametrize(
    "text", ["killed" * 170_000, "1" * 1_000_000, "two killed " * 30_000, "he was shot and killed, " * 15_000]
)
@pytest.mark.timeout(60)
def test_a_megabyte_takes_linear_time(text, model):
    extract(article(text), model)


def test_who_was_shot_and_died_in_one_sentence_is_one(model):
    hurt, dead = extract(article("A man shot on Sunday in Lima has died."), model).casualties
    assert (hurt.harm.value, hurt.same_as, dead.harm.value) == ("injured", dead.claim_id, "killed")


def test_among_them_are_parts_of_the_sentence_before(model):
    whole, two, one = extract(
        article("The shells killed 35 clerks. Among them are two cooks and a nurse."), model
    ).casualties
    assert [(c.harm.value, c.count.best, c.part_of) for c in (two, one)] == [
        ("killed", n, whole.claim_id) for n in (2, 1)
    ]


def test_a_list_of_losses_is_read_to_its_end(model):
    text = "The army lost up to 90 soldiers near Lyman, 150 servicemen at Torske, two tanks and 45 troops at Siversk."
    assert [c.count.best for c in extract(article(text), model).casualties] == [90, 150, 45]


def test_bodies_in_the_rubble_are_not_trapped(model):
    claims = extract(article("Rescuers found 43 bodies in the rubble of the mill."), model).casualties
    assert [(c.harm.value, c.count.best) for c in claims] == [("killed", 43)]


def test_a_toll_that_climbed_up_is_exact(model):
    (claim,) = extract(article("The death toll from the drone attack climbed up to 21 on Sunday."), model).casualties
    assert (claim.count.min, claim.count.max, claim.count.qualifier.value) == (21, 21, "exact")
