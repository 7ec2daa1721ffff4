"""The confidence of claims: a sum of weights."""

import pytest

from contracts.article import RawArticle
from services.casualties.confidence import features, load_weights, probability
from services.casualties.extract import extract, load


@pytest.fixture(scope="module")
def model():
    return load(None)


def claims(text, model):
    return extract(RawArticle(title="", text=text), model).casualties


@pytest.mark.parametrize(("odds", "wanted"), [(0.0, 0.5), (1.0986, 0.75), (-1.0986, 0.25), (50.0, 0.99), (-50.0, 0.05)])
def test_weights_become_a_probability(odds, wanted):
    assert probability(("bias", "unheard of"), {"bias": odds}) == wanted


def test_features_say_what_is_known_of_a_claim(model):
    (claim,) = claims("At least three nurses were killed, police said.", model)
    assert list(features([claim])) == [
        (
            "bias",
            "rule passive",
            "count hedged",
            "section lead",
            "scope incident",
            "victims group",
            "told 1",
            "claimant",
        )
    ]


def test_what_is_told_again_is_surer():
    weights = load_weights()
    assert weights["told 1"] < weights["told 2"] < weights["told 3"]


@pytest.mark.parametrize(
    ("surer", "less"),
    [
        ("Three nurses were killed.", "Some nurses were killed and wounded."),
        ("Three nurses were killed. The three nurses were killed at noon.", "Three nurses were killed."),
        ("Three nurses were killed.", "Three nurses were killed and wounded."),
        ("Three nurses were killed.", "Three nurses were shot."),
    ],
)
def test_doubts_count(surer, less, model):
    assert claims(surer, model)[0].confidence > claims(less, model)[0].confidence
