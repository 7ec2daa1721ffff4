import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import RawArticle
from contracts.incidents import IncidentType, LinkRole
from services.incidents.evidence import circumstances
from services.incidents.mentions import Parts, find_mentions

T = IncidentType


def brief(mention):
    return (
        mention.role.value,
        mention.type,
        mention.place and mention.place.name,
        mention.when.start,
        mention.killed and mention.killed.best,
    )


def test_the_headline_and_the_first_sentences_make_the_main_incident(told):
    (mention,) = told(
        "Missile strike on Kharkiv kills seven",
        "Seven people were killed when missiles hit a printing house in Kharkiv on Wednesday, the governor said.",
    )
    assert brief(mention) == ("main", T.MISSILE_STRIKE, "Kharkiv", date(2024, 5, 15), 7)
    assert mention.when.basis == "text"


def test_another_town_on_another_day_is_in_the_background_with_its_own_toll(told):
    main, other = told(
        "Drone attack on Odesa injures four",
        "A drone attack on Odesa injured four people overnight.\n\n"
        "It came after nine people were killed in a missile strike on Dnipro on Saturday.",
    )
    assert (main.place.name, main.role, main.killed) == ("Odesa", LinkRole.MAIN, None)
    assert brief(other)[1:] == (T.MISSILE_STRIKE, "Dnipro", date(2024, 5, 11), 9)


def test_a_distant_town_with_deaths_of_its_own_lends_the_main_incident_no_figure(told):
    main, other = told(
        "Missiles kill 20 in Kyiv",
        "Missiles killed 20 people in Kyiv on Wednesday.\n\n"
        "Rockets hit Kryvyi Rih, too, where at least ten people were killed and 31 wounded.",
    )
    assert (main.place.name, main.killed.best, main.injured) == ("Kyiv", 20, None)
    assert (other.place.name, other.killed.best, other.injured.best) == ("Kryvyi Rih", 10, 31)


def test_a_figure_for_a_region_is_listed_below_its_own_town_alone(told):
    main, other = told(
        "Missiles injure 20 in Kyiv",
        "Missiles injured 20 people in Kyiv on Wednesday.\n\n"
        "The head of Belgorod Oblast said that five people were wounded by shelling on Wednesday. "
        "In the city of Belgorod an air attack damaged thirty flats.",
    )
    assert (main.place.name, main.injured.best, other.place.name, other.injured.best) == ("Kyiv", 20, "Belgorod", 5)
    assert not set(main.claim_ids) & set(other.claim_ids)


@pytest.mark.parametrize(
    ("sentence", "incidents"),
    [
        ("Another nurse was missing after the blast.", 1),
        ("Another 12 people were wounded.", 1),
        ("Two people were wounded in another attack.", 2),
    ],
)
def test_another_victim_is_no_other_attack(told, sentence, incidents):
    text = "Missiles hit a clinic in Kyiv on Wednesday, killing four.\n\n" + sentence
    assert len(told("Missiles kill four at Kyiv clinic", text)) == incidents


def test_two_strikes_in_one_sentence_are_told_apart_with_spans_of_their_own(told):
    text = "Five died in a strike on Sumy on Monday and two in a strike on Kherson last week."
    mentions = told("", text)
    assert {m.place.name for m in mentions} == {"Sumy", "Kherson"}
    spans = [span for m in mentions for span in m.spans]
    assert all(text[s.start : s.end] == s.quote for s in spans)
    assert {("Sumy" in s.quote, "Kherson" in s.quote) for s in spans} == {(True, False), (False, True)}


def test_towns_in_a_list_are_incidents_each(told):
    mentions = told("", "Russian missiles struck Kharkiv, Sumy and Zaporizhzhia overnight, wounding civilians.")
    assert {"Kharkiv", "Sumy"} <= {m.place.name for m in mentions if m.place}


def test_the_attack_since_which_this_is_the_first_is_another_one(told):
    mentions = told(
        "Attack on Kyiv", "It was the first missile strike on Kyiv since early February, officials said on Thursday."
    )
    assert [m.when.start for m in mentions if m.role is LinkRole.BACKGROUND] == [date(2024, 2, 1)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A farmer was killed in the explosion of an old mine near Palmyra.", T.MINE_EXPLOSION),
        ("Shells fell on a market in Idlib, killing two people.", T.SHELLING),
        ("A raid by government warplanes killed two people in Idlib.", T.AIR_STRIKE),
        ("A booby-trapped car went off in Idlib, killing two people.", T.IED_BOMBING),
    ],
)
def test_the_words_of_local_papers_tell_of_attacks(told, text, kind):
    assert told("", text)[0].type is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "Mortar shells killed four in Aleppo.\n\nClashes went on near Aleppo, with airstrikes on both sides.",
            T.SHELLING,
        ),
        ("Drones killed four in Sumy. Two cruise missiles hit Sumy as well.", T.MISSILE_STRIKE),
        ("Israeli strikes killed four people in Tyre.", T.AIR_STRIKE),
        ("Turkish overnight strikes killed four people in Kobani.", T.AIR_STRIKE),
        ("Strikes killed four people in Sumy.", T.OTHER),
        ("Heavy bombardment killed four people in Homs.", T.SHELLING),
        ("Heavy bombardment killed four people in Homs, two of them in an air raid on a market.", T.AIR_STRIKE),
        ("Four soldiers died in an exchange of fire with militants near Mosul.", T.GROUND_ASSAULT),
        ("Russian attacks killed four in Sumy. Russian forces also shelled Kherson, injuring two.", T.SHELLING),
        (
            "Russian attacks killed four in Sumy. It was unlike last week's shelling of Kherson, which hurt two.",
            T.OTHER,
        ),
    ],
)
def test_means_count_where_the_blow_and_its_victims_are_told(armed, text, kind):
    assert armed("", text)[0].type is kind


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Ukraine says it downed 29 drones overnight. Eight of them fell in Kherson.", "Ukraine"),
        ("Ukraine's air force shot down 20 drones over Odesa overnight. More were downed near Kherson.", "Odesa"),
        ("Militants killed nine villagers in Burkina Faso near Mali on Monday.", "Burkina Faso"),
        ("Nine died in a raid on Djibo. A medic, speaking from the city of Dori, said a nurse was killed.", "Djibo"),
        (
            "Nine died in a raid in Burkina Faso. The raid came on the eve of a summit held in Ouagadougou.",
            "Burkina Faso",
        ),
    ],
)
def test_a_place_that_is_only_named_is_not_that_of_the_main_incident(armed, text, place):
    main = armed("", text)[0]
    assert main.role is LinkRole.MAIN
    assert main.place.name == place


def test_the_hurt_of_the_next_town_are_not_those_of_the_main_one(told):
    main, other = told(
        "Airstrikes on Maarat Misrin kill five",
        "Airstrikes killed five people in Maarat Misrin on Wednesday.\n\n"
        "Helicopters dropped barrel bombs on Saraqib, wounding four civilians.",
    )
    assert (main.killed.best, main.injured, other.place.name, other.injured.best) == (5, None, "Saraqib", 4)


def test_a_headlines_sum_over_provinces_is_not_the_toll_of_the_first_of_them(told):
    main, *others = told(
        "Russian attacks killed 6, injured 9 over the past day",
        "Russian attacks killed four and injured six in Donetsk Oblast, its governor said. Several settlements, including the "
        "city of Bakhmut, came under fire.\n\n"
        "Shelling killed two people in Kharkiv Oblast.\n\n"
        "Three people were injured by shelling in Kherson Oblast.",
    )
    assert (main.place.name, main.killed.best, main.injured.best) == ("Donetsk Oblast", 4, 6)
    assert [(m.place.name, m.killed and m.killed.best) for m in others] == [
        ("Kharkiv Oblast", 2),
        ("Kherson Oblast", None),
    ]


def test_past_attacks_of_one_sentence_are_told_apart(armed):
    mentions = armed(
        "Suicide bomber kills 19 in Kabul",
        "A suicide bomber killed 19 people in Kabul on Monday.\n\n"
        "The group claimed a bombing that killed 24 people in Kabul in October 2020, and in May 2021 two bombs killed 85.",
    )
    past = [m for m in mentions if m.role is LinkRole.BACKGROUND]
    assert [m.killed.best for m in past] == [24, 85]
    assert [m.when.start for m in past] == [date(2020, 10, 1), date(2021, 5, 1)]


def test_what_has_neither_place_nor_day_nor_victims_is_no_incident(told):
    title, text = "Shelling of Nikopol kills one", "Shelling of Nikopol killed one person on Tuesday."
    (main,) = told(title, text)
    (again,) = told(title, f"{text}\n\nArtillery attacks and drone strikes go on.\n\nMissiles struck, too.")
    assert (main.place.name, again.place.name) == ("Nikopol", "Nikopol")


def test_soldiers_killed_in_a_number_that_nobody_gives_are_no_tally_of_a_war(told):
    (main, *_) = told(
        "Rebels say they killed soldiers near Sittwe",
        "Rebels killed several soldiers near Sittwe on Tuesday. Fighting has displaced 200,000 people since 2019.",
    )
    assert main.role is LinkRole.MAIN


def test_the_year_in_which_a_campaign_began_is_not_that_of_its_last_attack(told):
    (mention,) = told(
        "Two sailors killed in missile attack off Yemen",
        "Two sailors were killed in a missile attack on a ship off Yemen, the first dead since rebels began to fire at ships last year.",
    )
    assert mention.when.start == date(2024, 5, 16)


def test_a_well_known_event_is_named_and_never_the_main_one(told):
    mentions = told(
        "Shelling of Nikopol",
        "Shelling of Nikopol killed one person on Tuesday. Russia invaded Ukraine in February 2022.",
    )
    (known,) = [m for m in mentions if m.event]
    assert (known.role, known.when.start) == (LinkRole.BACKGROUND, date(2022, 2, 24))


def test_the_day_of_a_court_or_a_statement_is_not_that_of_the_attack(told):
    (mention, *_) = told(
        "Man charged in Chicago shooting",
        "A man was charged on Thursday with a shooting in Chicago that killed two people on May 3.",
    )
    assert mention.when.start == date(2024, 5, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It came two days after missiles killed nine people in Dnipro.", 14),
        ("Shops opened in Dnipro on Wednesday, a day after an attack on the city killed nine people.", 14),
        ("Police on Tuesday named the nine people killed in a strike on Dnipro on Monday.", 13),
    ],
)
def test_a_day_may_be_told_by_another_one(told, text, day):
    (mention,) = told("", text)
    assert mention.when.start == date(2024, 5, day)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Rovers bomb forward", "A hat-trick by the striker fired Rovers into the cup final. He killed the game off with a rocket."),
        ("Bank holds rate", "Bond yields shot up and shares were hit after the bank kept its key rate at three percent."),
        ("Review: The Siege", "In this film an actor plays a gunner; the battle that kills his friends is never on the screen."),
    ],
    ids=["sport", "markets", "stage"],
)  # fmt: skip
def test_words_of_war_elsewhere_tell_of_no_incident(told, title, text):
    assert told(title, text) == ()


def test_a_suburb_in_the_text_and_its_city_in_the_headline_tell_of_one_event(told):
    mentions = told(
        "Suicide bomber kills 21 in Baghdad market",
        "A suicide bomber blew himself up in a market in Sadr City in the east of Baghdad on Wednesday, killing at least 21 people.",
    )
    assert [(m.killed.best, m.when.start) for m in mentions] == [(21, date(2024, 5, 15))]


def test_a_round_up_has_no_main_incident(told):
    mentions = told(
        "The week in Ukraine",
        "Missiles killed four people in Dnipro on Tuesday.\n\nA drone attack killed two people in Sumy on Monday.\n\n"
        "Shelling killed three people in Kherson on Sunday.",
    )
    assert {m.place.name for m in mentions} == {"Dnipro", "Sumy", "Kherson"}
    assert {m.role for m in mentions} == {LinkRole.BACKGROUND}


def test_link_lists_never_make_the_main_incident_nor_its_toll(told):
    mentions = told(
        "Attack on Poltava kills two",
        "An attack on Poltava killed two people on Wednesday, the mayor said.\n\nRead also:\n- Missile strike on Odesa kills 30",
    )
    main = next(m for m in mentions if m.role is LinkRole.MAIN)
    assert (main.place.name, main.killed.best) == ("Poltava", 2)
    assert all(m.role is LinkRole.BACKGROUND for m in mentions if m.place and m.place.name == "Odesa")


@pytest.mark.parametrize(
    "text",
    [
        "The council approved the budget for new buses on Monday.",
        "He had a heart attack and the unions called a general strike.",
        "The minister warned that Russia could attack Kyiv.",
    ],
)
def test_without_harm_or_attack_there_is_no_main_mention(told, text):
    assert [m for m in told("", text) if m.role is LinkRole.MAIN] == []


def test_the_names_of_victims_streets_and_venues_are_traces(told):
    (mention,) = told(
        "Two shot at the Blue Heron Lounge",
        "Two men were shot at the Blue Heron Lounge in the 2400 block of Benning Road about 2:30 a.m. Saturday, police said. "
        "Both were taken to Mercy Hospital. One of them is 31 years old.",
        "2024-05-18",
    )
    assert "blue heron lounge" in mention.traces.venues
    assert not any("mercy" in venue for venue in mention.traces.venues)
    assert {"2400 benning road", "benning road"} <= set(mention.traces.streets)
    assert mention.traces.clock == (150,)
    assert 31 in mention.traces.ages


def test_mention_ids_are_stable_under_redelivery_and_differ_within_an_article(told):
    args = ("", "A strike on Sumy killed two on Monday. A strike on Kherson killed one on Sunday.")
    first, again = told(*args), told(*args)
    assert [m.mention_id for m in first] == [m.mention_id for m in again]
    assert len({m.mention_id for m in first}) == len(first) > 1


def test_without_a_date_the_day_of_publication_stands_in_and_without_that_nothing(told):
    text = "An attack in Sumy killed two people."
    assert [(m.when.start, m.when.basis) for m in told("", text)] == [(date(2024, 5, 16), "publication")]
    assert [m.when.start for m in told("", text, None)] == [None]


words = st.sampled_from(
    "attack on Kyiv killed two, people and Monday since first the strike Odesa overnight. \n 12 Main St. \x00 \ud800 é 🙂 İ , ; Club".split(
        " "
    )
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(words, st.text(max_size=6)), max_size=40).map(" ".join), st.text(max_size=30))
def test_every_span_holds_its_quote_whatever_the_text(told, text, title):
    if not text.strip() and not title.strip():
        return
    article = RawArticle(title=title, text=text)
    for mention in told(title, text):
        for span in mention.spans:
            assert getattr(article, span.field)[span.start : span.end] == span.quote


@pytest.mark.parametrize(
    "unit",
    [
        "A",
        "1",
        "Aaaa ",
        "attack ",
        "attack on Kyiv, ",
        "An attack killed two on Monday. ",
        "12 Main St. ",
        "and ",
        "The Big Red Club Bar ",
        ", 45, ",
    ],
)
def test_long_texts_take_linear_time(unit):
    def seconds(size):
        article = RawArticle(title="Attack kills five", text=unit * (size // len(unit)))
        began = time.process_time()
        find_mentions(Parts(article))
        return time.process_time() - began

    small = min(seconds(50_000) for _ in range(2))
    assert seconds(400_000) < 8 * 4 * small + 2


@pytest.mark.parametrize(
    "text",
    [
        "The foreign ministry in Moscow said two missiles had hit a depot.",
        "Kyiv denied that its missiles had hit the depot.",
        "Iran threatened to attack airfields in Haifa.",
        "Such a missile strike could destroy the port of Odesa.",
        "Houses in Aleppo fell down, weakened by years of bombing.",
    ],
)
def test_words_threats_and_the_past_of_years_strike_no_town(told, text):
    assert [m.place.name for m in told("", text) if m.place] == []


def test_a_town_and_the_unit_that_holds_it_are_one_place(told):
    mentions = told("", "An air strike hit a bakery in Saraqib, Idlib, on Tuesday, killing four people.")
    assert [m.place.name for m in mentions] == ["Saraqib"]


def test_a_newer_toll_does_not_move_the_day(told):
    (mention,) = told(
        "Missile hits flats in Poltava",
        "A missile hit a block of flats in Poltava on Sunday, killing three people. "
        "On Tuesday rescuers put the toll at nine.",
    )
    assert mention.when.start == date(2024, 5, 12)


def test_attacks_that_began_in_a_month_are_no_incident_of_it(told):
    (mention,) = told(
        "Missile kills two in Jeddah",
        "A missile killed two dockers in Jeddah on Monday. "
        "They were the first to die since the strikes on ports began in February.",
    )
    assert brief(mention)[2:] == ("Jeddah", date(2024, 5, 13), 2)


def test_an_article_that_opens_with_the_sum_of_a_year_has_no_main_incident(told):
    mentions = told(
        "Homicides in Kharkiv",
        "So far 64 people have been shot dead in Kharkiv this year. The council met. A boy was shot dead on Monday.",
    )
    assert mentions
    assert {m.role for m in mentions} == {LinkRole.BACKGROUND}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Two kindergartens were empty.", "school"),
        ("They fled across the campus.", "school"),
        ("Burglars ran.", "robbery"),
        ("A 3-year-old was hurt.", "toddler"),
        ("He was hiding (in the college).", "school"),
    ],
)
def test_every_form_of_a_circumstance_is_found(text, slug):
    assert circumstances(text) == {slug: 1}


def test_gunmen_who_fire_make_a_shooting(told):
    (mention,) = told("", "Eleven people were killed when gunmen fired into a wedding in Lashkar Gah on Tuesday.")
    assert mention.type == T.SHOOTING


@pytest.mark.parametrize(
    "text",
    [
        "Three men held a family of clerks at gunpoint in Lviv on Monday and took their money.",
        "A man pulled a handgun and took a taxi in Lviv on Monday.",
        "Police look for two men after an armed robbery in Lviv on Monday.",
    ],
)
def test_who_is_robbed_at_gunpoint_is_attacked(told, text):
    (mention,) = told("", text)
    assert (mention.role, mention.killed, mention.injured) == (LinkRole.MAIN, None, None)


def test_who_owns_a_gun_attacks_nobody(told):
    assert told("", "Police arrested a man in Lviv on Monday and found a handgun in his bag.") == ()


def test_a_day_that_nothing_dates_is_no_year_of_the_past(told):
    text = "Gunmen shot five clerks in Lviv on Friday. It was the worst attack there since 2012."
    assert told("", text, None)[0].when.start is None


def test_the_home_of_an_outlet_is_no_place_of_what_it_tells(told):
    main, *others = told(
        "Police look into a fatal shooting - Odesa, Ukraine News & Weather KXYZ",
        "Police in Kharkiv are looking for a man. One man was found dead and another wounded there on Wednesday.",
    )
    assert (main.place.name, main.killed.best, main.injured.best, others) == ("Kharkiv", 1, 1, [])


def test_the_lead_tells_what_the_headline_does_though_a_street_bears_a_towns_name(told):
    main = told(
        "One dead, one hurt in shooting in North Las Vegas",
        "A man was shot dead and three others were wounded on Monday in Buffalo.\n\nA detective spoke in Chicago.",
    )[0]
    assert (main.role, main.injured and main.injured.best) == (LinkRole.MAIN, 3)


def test_drones_that_were_shot_down_are_an_attack_on_the_country(armed):
    mention, *_ = armed(
        "Ukraine downs 33 of 40 drones",
        "KYIV (Reuters) - Ukraine's air force said it shot down 33 of 40 drones launched by Russia at Ukraine on Thursday.\n\n"
        "The drones were launched from Primorsko-Akhtarsk, it said.",
    )
    assert brief(mention)[:3] == ("main", T.DRONE_ATTACK, "Ukraine")


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("A farmer was killed in an explosion caused by a landmine near Kherson on Wednesday.", T.MINE_EXPLOSION),
        ("Sea drones sank a patrol ship near Sevastopol on Wednesday, killing seven sailors.", T.NAVAL_ATTACK),
        ("Sea drones hit a railway bridge in Kherson on Wednesday, killing one.", T.DRONE_ATTACK),
    ],
)
def test_mines_and_ships_give_an_attack_its_name(armed, sentence, kind):
    assert armed("War in the south", sentence)[0].type == kind


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Denmark pledges jets",
            "Denmark will give 19 jets. Since the start of Russia's invasion of Ukraine it gave tanks.",
        ),
        (
            "War kills thousands",
            "Between 1 March and 30 April, 640 civilians were killed by missile strikes in Ukraine.",
        ),
    ],
)
def test_what_only_sums_up_a_war_has_no_main_incident(told, title, text):
    assert all(mention.role != LinkRole.MAIN for mention in told(title, text))


def test_an_attack_that_nothing_dates_is_of_the_same_day_as_the_main_one(told):
    main, other = told(
        "Guided bombs kill two in Kharkiv",
        "Guided bombs killed two people in Kharkiv on Wednesday.\n\nIn Nikopol, shelling killed a woman.",
    )
    assert (other.place.name, other.when.start) == ("Nikopol", main.when.start)


def test_a_sum_over_distant_towns_is_no_toll_of_one(told):
    main, *others = told(
        "Russian attacks kill eight across Ukraine",
        "Drones killed five people in Kharkiv on Wednesday.\n\n"
        "In Odesa, shelling killed two people on Wednesday.\n\nIn Kherson, shelling killed one woman on Wednesday.",
    )
    assert (main.place.name, main.killed.best) == ("Kharkiv", 5)
    assert sorted(m.killed.best for m in others) == [1, 2]


def test_a_town_named_in_passing_takes_no_attacks_on_a_province(told):
    main, *_ = told(
        "Attacks in the east",
        "Russian attacks killed four people in Donetsk Oblast on Wednesday.\n\n"
        "Houses, a school and two shops were damaged, and rescuers worked all night, the governor wrote.\n\n"
        "The figures leave out Mariupol, which Russian troops hold.",
    )
    assert main.place.name == "Donetsk Oblast"
