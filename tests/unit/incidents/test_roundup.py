"""Round-ups: the main incident's toll is that of the largest event, not the sum of all."""

import pytest


def tolls(mention):
    return (mention.killed and mention.killed.best, mention.injured and mention.injured.best)


WEEKEND = (
    "One person was killed and six others were wounded in separate shootings in Chicago over the weekend, police said.\n\n"
    "About 2 a.m. Sunday, four people were shot on a porch in the 900 block of West Elm Street. A woman was hit in the leg.\n\n"
    "Two hours earlier, a man was shot in the arm in the 100 block of South Oak Street.\n\n"
    "At 9 p.m. Saturday, a 30-year-old man was shot to death in the 4500 block of North Ash Avenue."
)


def test_a_round_up_tells_of_its_largest_event_and_not_of_the_sum(told):
    main = told("One killed, six wounded in weekend shootings across Chicago", WEEKEND)[0]
    assert tolls(main) == (None, 4)


def test_a_repeated_sum_is_no_event(told):
    text = WEEKEND + "\n\nIn all, seven people were shot."
    assert tolls(told("One killed, six wounded in weekend shootings across Chicago", text)[0]) == (None, 4)


def test_more_who_were_hurt_hours_later_are_another_events(told):
    text = (
        "Seven men were wounded in shootings on the South and West sides of Chicago on Monday.\n\n"
        "About 2 p.m., five men were shot on a porch.\n\n"
        "Two more men were injured several hours later, police said."
    )
    assert tolls(told("Seven wounded in shootings on South, West sides", text)[0])[1] == 5


def test_an_event_may_say_when_and_where_in_the_sentence_before_its_victims(told):
    text = (
        "Five people were wounded in three shootings in Chicago overnight.\n\n"
        "Police were called to the 900 block of West Elm Street about 6 p.m. Three people were shot.\n\n"
        "Police were called to the 200 block of South Oak Street about 9 p.m. A clerk was wounded."
    )
    assert tolls(told("Five wounded in overnight shootings in Chicago", text)[0]) == (None, 3)


def test_another_event_may_be_opened_some_sentences_before_its_victims(told):
    text = (
        "A spate of three shootings left two dead and six wounded in Chicago on Friday night.\n\n"
        "The worst shooting happened on West Elm Street, where five people were shot. One died and four were wounded.\n\n"
        "In another incident, three men waited for a driver. They fired from a car. It sped off.\n\n"
        "The driver and his brother were wounded, police said."
    )
    assert tolls(told("Violent night leaves 2 dead, 6 wounded", text)[0]) == (1, 4)


def test_no_event_has_more_victims_than_the_sum(told):
    text = (
        "A man was charged with wounding three people during a violent night in Chicago.\n\n"
        "About 6 p.m., five people were shot in the 900 block of West Elm Street.\n\n"
        "About 9 p.m., a clerk was wounded in the 200 block of South Oak Street."
    )
    assert tolls(told("Man charged with wounding three", text)[0]) == (None, 3)


ONE_SHOOTING = (
    "One person was killed and three others were wounded in a shooting in Chicago on Sunday.\n\n"
    "About 2 a.m., a man was shot dead in the 900 block of West Elm Street.\n\n"
    "Another shooting victim, a woman, was taken to a hospital at 3 a.m."
)
NO_EVENTS = "One person was killed and three others were wounded in two separate shootings in Chicago on Sunday."


@pytest.mark.parametrize("text", [ONE_SHOOTING, NO_EVENTS])
def test_other_articles_keep_the_figures_of_headline_and_lead(told, text):
    assert tolls(told("One killed, three wounded in Chicago", text)[0]) == (1, 3)
