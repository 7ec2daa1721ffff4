"""Articles read as the stream reads them, but for the language model: claims and places are all that mentions need."""

from collections.abc import Callable

import pytest

from contracts.article import RawArticle
from services.casualties import extract as casualties
from services.incidents.mentions import Parts, find_mentions
from services.incidents.records import Mention
from services.text.gazetteer import load_gazetteer
from services.text.places import find_places
from services.text.reading import read
from services.weapons import extract as weapons
from services.weapons.lexicon import load_lexicon


@pytest.fixture(scope="session")
def told() -> Callable[..., tuple[Mention, ...]]:
    """Return a function from title, text and day of publication to the article's mentions."""
    gazetteer, model = load_gazetteer(), casualties.load(None)

    def mentions(title: str, text: str, day: str | None = "2024-05-16", **changes: object) -> tuple[Mention, ...]:
        article = RawArticle.model_validate({"title": title, "text": text, "published_at": day, **changes})
        claims = casualties.extract(article, model).casualties
        return find_mentions(Parts(article, (), find_places(read(article), gazetteer), (), claims))

    return mentions


@pytest.fixture(scope="session")
def armed() -> Callable[..., tuple[Mention, ...]]:
    """Return the same function for texts in which the weapons say what an attack was."""
    gazetteer, model, lexicon = load_gazetteer(), casualties.load(None), load_lexicon()

    def mentions(title: str, text: str, day: str | None = "2024-05-16") -> tuple[Mention, ...]:
        article = RawArticle.model_validate({"title": title, "text": text, "published_at": day})
        claims, used = casualties.extract(article, model).casualties, weapons.extract(article, lexicon).weapons
        return find_mentions(Parts(article, (), find_places(read(article), gazetteer), used, claims))

    return mentions
