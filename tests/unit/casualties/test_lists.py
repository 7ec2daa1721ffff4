"""Figures that spell out a running total are such totals; those of the incident beside it are not."""

import pytest

from contracts.article import RawArticle
from services.casualties.extract import extract, load

MODEL = load(None)
TOTAL = "A mine wounded two men near Homs. Since early 2016 mines have killed 144 farmers in the country."


def scopes(text):
    article = RawArticle(title="Mines", text=text)
    return [(c.count.best, str(c.scope)) for c in extract(article, MODEL).casualties]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TOTAL} In addition, 185 farmers were wounded.", [(185, "cumulative")]),
        (f"{TOTAL}\n\n- In the north: 113 dead. Among this toll, 49 cooks were killed.", [(113, "cumulative"), (49, "cumulative")]),
        (f"{TOTAL}\n\nThe dead are spread as follows:\n\nHoms province: 31 dead.", [(31, "cumulative")]),
        # a list ends with the next paragraph that is none of its items, and no heading begins one
        (f"{TOTAL}\n\n- In the north: 113 dead.\n\nA shell killed a boy.", [(113, "cumulative"), (1, "incident")]),
        (f"{TOTAL}\n\nHoms province: a shell killed three boys.", [(3, "incident")]),
        (f"{TOTAL} On Monday three more men were killed.", [(3, "incident")]),
    ],
)  # fmt: skip
def test_what_spells_out_a_running_total_is_one(text, expected):
    assert scopes(text) == [(2, "incident"), (144, "cumulative"), *expected]


def test_the_victims_of_attacks_that_a_period_counts_are_a_running_total():
    text = "Gunmen killed two guards. The group has made 20 attacks since early 2016. These attacks left nine dead."
    assert scopes(text) == [(2, "incident"), (9, "cumulative")]
