"""The day of a claim: that of the blow, not of who speaks of it, mourns or searches."""

from datetime import UTC, date, datetime

import pytest

from contracts.article import RawArticle
from services.casualties.extract import extract, load

MODEL = load(None)
FRIDAY = datetime(2025, 8, 22, 12, tzinfo=UTC)


def days(text, title="Strike on Kharkiv"):
    claims = extract(RawArticle(title=title, text=text, published_at=FRIDAY), MODEL).casualties
    return [(c.when.start.day if c.when and c.when.start else None) for c in claims]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a day with a word of saying gives way to the blow's ...
        ("Shells hit Kharkiv on Tuesday. Five people were killed, the mayor said on Thursday.", [19]),
        ("Shells hit Kharkiv late on Tuesday, killing five and wounding nine, the mayor said on Thursday.", [19, 19]),
        # ... and stands where there is no other
        ("Five people were killed in Kharkiv, the mayor said on Thursday.", [21]),
        # the comma parts who speaks from when it happened
        ("A drone killed three people and wounded seven before dawn on Wednesday, said the governor.", [20, 20]),
        # mourning is later
        ("The town hung out black ribbons on Thursday for six people who were killed when a bomb exploded on Monday.", [18]),
        # the sentence before in the paragraph sets the day
        ("Guns fell silent.\n\nA convoy was ambushed near Kharkiv on Monday. Ten soldiers died.", [18]),
        # a day behind a semicolon is another's
        ("Shells hit Kharkiv on Tuesday. Sixty people were wounded; one of them died on Thursday.", [19, 21]),
        # the day of a count is not that of the blow, but a blow's day before a count is
        ("Missiles hit Kharkiv on Tuesday.\n\nThe death toll rose to 25 on Thursday.", [19]),
        ("Missiles hit Kharkiv on Tuesday.\n\nThe toll of the strikes rose on Thursday to 25 civilians.", [19]),
        ("Two more died of wounds from an attack on Monday, bringing the number of dead to 37, officials said.", [18, 18]),
        # the day may come at the end alone
        ("Shells killed two in Kharkiv." + "\n\nHe gave no details." * 14 + "\n\nOn 21 August the city was hit.", [21]),
        # the blow's day holds for its undated dead, though those of the day before have one
        ("Four died in Kharkiv.\n\nJets bombed it on 20 August.\n\nFour were hurt.\n\nOne was killed on 19 August.", [20, 20, 19]),
        # no day of the past that is not one: "two months ago" is long before, and stays with its own harm
        ("Shells killed two in Kharkiv on Tuesday. In May 22 people died there.", [19, 1]),
        # a day that only bounds the time is none of a harm
        ("Shells killed two in Kharkiv on Tuesday. Nine people were still missing by Thursday.", [19, 19]),
        ("Three men were killed by Monday's blast in Kharkiv.", [18]),
        ("Shells hit Kharkiv on Monday. Two died, the first since the army began to shell it on Friday.", [18]),
        # and one before it holds on
        ("Rockets hit Kharkiv on Sunday, and a woman died; seven others were injured.", [17, 17]),
        # a day counted from the main one
        ("Shells hit Kharkiv on Thursday, killing nine.\n\nTwo days earlier a blast killed three people.", [21, 19]),
        ("Shells hit Kharkiv on Thursday, killing nine.\n\nThe evening before, a drone wounded a cyclist.", [21, 20]),
        # nor is the day of a dateline the blow's
        ("KHARKIV, August 22. /Wire/. The death toll has risen to 133. Gunmen opened fire on Thursday.", [21]),
        ("KYIV, 22 August 2025 - Nine people were killed on Thursday when shells hit Kharkiv.", [21]),
        # a year told aside is none of what happened now
        ("Shells hit Kharkiv on Thursday, killing nine.\n\nIn Izium, where many died in 2022, a drone killed a man.", [21, 1, 21]),
        # an attack that is named in passing and taken up has its own day
        (
            ("Ten rebels were killed in Kharkiv on Tuesday. They are blamed for a church bombing there on 3 May.\n\n"
            "The bombing, which killed 20 people, was a suicide attack."),
            [19, 3],
        ),
        # a day that was named aside holds for the next few sentences, not for all that follow
        (
            ("Missiles killed twelve people in Kharkiv on Tuesday. On Monday a drone had killed one man. His wife was hurt. "
            "The blaze burned all night. Crews came from three towns. Schools were shut. A nurse was killed in the clinic."),
            [19, 18, 18, 19],
        ),
    ],
)  # fmt: skip
def test_the_day_of_a_claim_is_that_of_the_blow(text, expected):
    assert days(text) == expected


def test_a_running_total_lasts_since_its_day():
    (claim,) = extract(
        RawArticle(title="War", text="Since 7 October 2023 at least 40,000 people have been killed in Gaza.", published_at=FRIDAY),
        MODEL,
    ).casualties  # fmt: skip
    assert (claim.when.start, claim.when.end) == (date(2023, 10, 7), date(2025, 8, 22))


def test_a_commemoration_is_no_attack():
    assert days("Friends laid flowers on Friday where a missile killed 12 people on 16 March 2022.", "Memorial") == [16]
