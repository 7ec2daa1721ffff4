from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import RawArticle
from contracts.spans import Qualifier, Section
from contracts.weapons import WeaponCategory, WeaponMention, WeaponRole
from services.weapons.extract import extract
from services.weapons.lexicon import load_lexicon


def mentions(text: str, title: str = "") -> list[WeaponMention]:
    return list(extract(RawArticle(title=title, text=text), load_lexicon()).weapons)


def ids(text: str) -> list[str | None]:
    return [mention.weapon_id for mention in mentions(text)]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("The navy launched four Kalibr cruise missiles overnight.", ["Kalibr cruise missiles"]),
        ("Ballistic and cruise missiles fell on the port.", ["Ballistic and cruise missiles"]),
        ("They fired 'Dagger' hypersonic missiles at the capital.", ["'Dagger' hypersonic missiles"]),
        ("The allies sent “Leopard” tanks.", ["“Leopard” tanks"]),
        ("Two 155-mm rounds and .50-caliber ammunition were found.", ["155-mm rounds", "50-caliber ammunition"]),
        ("The frigate HMS Somerset and USS Carney sailed north.", ["frigate HMS Somerset", "USS Carney"]),
        ("No missile can get past Patriot and other Western systems.", ["missile", "Patriot", "Western systems"]),
        ("Troops used rounds of ammunition by the thousand.", ["rounds of ammunition"]),
        ("Rocket-\npropelled grenades hit the gate.", ["Rocket-\npropelled grenades"]),
        ("The car\r\nbomb went off.", ["car\r\nbomb"]),
    ],
)
def test_a_span_is_the_noun_with_what_belongs_to_its_name(text: str, quotes: list[str]) -> None:
    assert [mention.span.quote for mention in mentions(text)] == quotes


@pytest.mark.parametrize(
    ("name", "weapon_id"),
    [
        ("ZALA", "zala-421-16e"),
        ("Kinzhal", "kh-47m2-kinzhal"),
        ("Kh-47M2", "kh-47m2-kinzhal"),
        ("X-47", "kh-47m2-kinzhal"),
        ("Х-47М2", "kh-47m2-kinzhal"),
        ("Кинджалами", "kh-47m2-kinzhal"),
        ("S-300", "s-300"),
        ("C-300", "s-300"),
        ("S300s", "s-300"),
        ("С-300", "s-300"),
        ("S-300V", "s-300v"),
        ("Iskander-M", "9k720-iskander-m"),
        ("Iskander-K", "iskander-k"),
        ("Kh 101", "kh-101"),
        ("T-72B3M", "t-72"),
        ("Шахедів", "shahed-136"),
        ("Geran-2", "shahed-136"),
        ("Shahed-131", "shahed-131"),
        ("AK-47", "ak-47"),
    ],
)
def test_names_of_one_system_have_one_id(name: str, weapon_id: str) -> None:
    assert ids(f"Troops fired a {name} on Monday.") == [weapon_id]


@pytest.mark.parametrize(
    "text",
    [
        "A Jeep Patriot stood by the water tank.",
        "The New England Patriots won; every patriot sang.",
        "General Abrams and Stacey Abrams spoke of the war in Vietnam, where shelling went on.",
        "As 90 people watched, the grad students left.",
        "They took 20 mm of rain as the tornado and the hurricane came.",
        "She held him in her arms.",
        "Her leg and arms were hurt in the blast.",
        "The shell company owns a gold mine; that idea of mine failed.",
        "A wall of bricks and mortar fell on the think tank.",
        "Account @Sa7atNews and @Kalibr reported it.",
        "A snow leopard and a buk were seen in the harpoon museum.",
        "The suicide bomber was 20 years old.",
        "Passenger planes and a rescue helicopter landed.",
        "A photo bomb made the rounds of talks fun.",
        "Top officials met at the corner of Archer Avenue.",
        "Black Hawk County and the Shaheen family were mentioned, Zala said.",
        "The 4th Tank Brigade and the Chemical Weapons Convention.",
    ],
)
def test_words_that_only_look_like_weapons(text: str) -> None:
    assert [mention.span.quote for mention in mentions(text)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army fired Grad rockets.", ["bm-21-grad"]),
        ("The army shelled the town with Grad.", ["bm-21-grad"]),
        ("Poland gave 14 Leopards to the army.", ["leopard-2"]),
        ("Patriot batteries came first. Then Berlin sent the second Patriot.", ["mim-104-patriot", "mim-104-patriot"]),
        ("The Fattah family fled the bombs.", [None]),
        ("Iran fired Fattah missiles.", ["fattah-1"]),
        ("They found a Taurus semi-automatic pistol; a Taurus missile was fired.", [None, "kepd-350-taurus"]),
        ("A Hawk helicopter and a Hawk battery were lost.", [None, "mim-23-hawk"]),
        ("They used a LAW against the tank; the Law says otherwise.", ["m72-law", None]),
    ],
)
def test_common_words_are_names_in_context(text: str, expected: list[str | None]) -> None:
    assert ids(text) == expected


def test_capitals_throughout_are_read_as_well() -> None:
    found = mentions("GUERRILLAS FIRED TWO RPG-7 ROCKETS AND AN AK-47 AT A PATROL. DYNAMITE EXPLODED; 90 MEN FLED.")
    assert [(m.span.quote, m.category.value) for m in found] == [
        ("RPG-7 ROCKETS", "grenade"),
        ("AK-47", "small_arms"),
        ("DYNAMITE", "explosive"),
    ]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("The brigade launched three Iskander ballistic missiles and 17 cruise missiles.", [3, 17]),
        ("They downed more than a dozen drones.", [12]),
        ("Ten AS-90 guns, 155mm shells and 400 new armoured vehicles were sent.", [10, None, 400]),
        ("Two missile strikes hit the port.", [None]),
        ("On March 21 missiles hit the port.", [None]),
        ("Britain sent 60,000 rounds of tank ammunition.", [60000]),
        ("A drone hit a house.", [1]),
    ],
)
def test_a_quantity_belongs_to_its_weapon(text: str, counts: list[int | None]) -> None:
    assert [m.quantity.best if m.quantity else None for m in mentions(text)] == counts


def test_cyrillic_nouns_are_read_in_any_case() -> None:
    found = mentions("Росія випустила 30 ракет і 12 дронів. Удар авіабомбою. Обстріл з артилерії. Сбиты беспилотники.")
    assert [(m.span.quote, m.category, m.quantity.best if m.quantity else None) for m in found] == [
        ("ракет", WeaponCategory.MISSILE_OTHER, 30),
        ("дронів", WeaponCategory.DRONE, 12),
        ("авіабомбою", WeaponCategory.BOMB, None),
        ("артилерії", WeaponCategory.ARTILLERY, None),
        ("беспилотники", WeaponCategory.DRONE, None),
    ]


def test_part_and_whole_are_two_readings() -> None:
    whole, part = mentions("Ukraine shot down 10 of 13 Russian drones.")
    assert (whole.role, whole.quantity and whole.quantity.best) == (WeaponRole.LAUNCHED, 13)
    assert (part.role, part.quantity and part.quantity.best) == (WeaponRole.INTERCEPTED, 10)


def test_vague_quantities_keep_their_words() -> None:
    (mention,) = mentions("Dozens of missiles fell.")
    assert mention.quantity is not None
    assert mention.quantity.qualifier == Qualifier.DOZENS


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("Ukraine downed 31 Russian missiles.", "Russia"),
        ("Russia's missiles fell.", "Russia"),
        ("North Korea sent Moscow artillery shells.", "North Korea"),
        ("Hezbollah fired rockets.", "Hezbollah"),
        ("Give us missiles.", None),
        ("Iran denied supplying Russia with drones.", "Iran"),
        ("The drones were launched by Russia.", "Russia"),
        ("Moscow hit the Ukrainian capital again, firing 12 missiles.", "Russia"),
        ("Hezbollah, in a raid on northern Israel, fired rockets.", "Hezbollah"),
        ("In Ukraine, crews fired rockets.", None),
    ],
)
def test_operators(text: str, operator: str | None) -> None:
    assert [mention.operator for mention in mentions(text)] == [operator]


@pytest.mark.parametrize(
    ("text", "role", "attributive"),
    [
        ("A missile strike on Lviv killed two.", "attack_means", True),
        ("A missile strikes a house.", "hit", False),
        ("The ammunition shortage goes on.", "requested", True),
        ("Missile debris fell on a roof.", "debris", True),
        ("Debris from the missile fell on a roof.", "debris", False),
    ],
)
def test_attributive_use(text: str, role: str, attributive: bool) -> None:
    (mention,) = mentions(text)
    assert (mention.role.value, mention.attributive) == (role, attributive)


def test_a_list_takes_the_role_of_its_heading() -> None:
    found = mentions("The new package includes:\n* 90 Brimstone missiles\n* 50 small military boats\n* 61 bulldozers")
    assert [(m.role.value, m.quantity and m.quantity.best) for m in found] == [
        ("pledged", 90),
        ("pledged", 50),
        ("pledged", 61),
    ]


def test_sections_are_marked() -> None:
    found = mentions("Officials spoke of missiles.\n\nRead also: Drones hit a refinery", title="Rockets hit Kharkiv")
    assert found[0].section == Section.HEADLINE
    assert found[-1].section == Section.RELATED


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Anti-aircraft missiles were fired.", WeaponCategory.AIR_DEFENCE),
        ("Hypersonic cruise missiles were fired.", WeaponCategory.MISSILE_HYPERSONIC),
        ("Patriot missile batteries were sent.", WeaponCategory.AIR_DEFENCE),
        ("Missile batteries were sent.", WeaponCategory.MISSILE_OTHER),
        ("A 500-pound bomb fell.", WeaponCategory.BOMB),
        ("A landmine exploded.", WeaponCategory.MINE),
    ],
)
def test_categories(text: str, category: WeaponCategory) -> None:
    assert [mention.category for mention in mentions(text)] == [category]


PIECES = st.sampled_from(
    [
        *(
            "Kalibr",
            "missile",
            "missiles",
            "S-300",
            "'Dagger'",
            "10 of 13",
            "drones",
            "fired",
            "and",
            "air",
            "defence systems",
        ),
        *("Patriot", "by", "with", "1,000", "-pound", "bomb", "@Grad", "155mm", ",", ".", "Х-101", "Шахедів"),
        *("\U0001f680", "\r\n", "\x00", "\ud800", "e\u0301", "İ", "Gra\u0301d", "\u200b", "\u2028"),
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), min_size=1, max_size=40), st.sampled_from(["", " ", "\n", "-"]))
@settings(max_examples=150, deadline=None)
def test_every_span_quotes_the_article(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    if not text.strip():
        return
    article = RawArticle(title=text[:50] or "x", text=text)
    for mention in extract(article, load_lexicon()).weapons:
        span = mention.span
        assert getattr(article, span.field)[span.start : span.end] == span.quote
        assert span.quote


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "7" * 1_000_000,
        "missile " * 40_000,
        "Kalibr, " * 40_000,
        "5 drones and " * 25_000,
        "S-" * 150_000,
    ],
    ids=["word", "digits", "class", "names", "counts", "hyphens"],
)
def test_time_is_linear_in_the_length(text: str) -> None:
    model = load_lexicon()
    small, large = RawArticle(text=text[: len(text) // 8]), RawArticle(text=text)
    start = time.process_time()
    extract(small, model)
    middle = time.process_time()
    extract(large, model)
    assert time.process_time() - middle < 32 * (middle - start) + 0.5


def test_a_list_takes_its_role_from_the_gift_in_its_heading() -> None:
    heading = "Berlin has donated the following equipment to help Ukraine repel attacks:"
    found = mentions(f"{heading}\n\n- 100 MG3 machine guns for Leopard 2 tanks\n\n- 40 mortars")
    assert [(mention.role, mention.quantity and mention.quantity.best) for mention in found] == [
        (WeaponRole.SUPPLIED, 100),
        (WeaponRole.GENERIC, None),
        (WeaponRole.SUPPLIED, 40),
    ]
