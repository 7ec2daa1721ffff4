from contracts.article import RawArticle
from contracts.casualties import CasualtyClaim, Harm, Victims
from contracts.places import Place, PlacePrecision
from contracts.spans import Count, Section, Span
from services.incidents.settle import settled

ARTICLE = RawArticle(title="Strikes", text="Kyiv")


def span(start, quote):
    return Span(field="text", start=start, end=start + len(quote), quote=quote)


def claim(start, place_id):
    return CasualtyClaim(
        claim_id=f"claim-{start}", harm=Harm.KILLED, count=Count.exact(3), victims=Victims(), place_id=place_id,
        span=span(start, "three died"), section=Section.BODY, confidence=0.9,
    )  # fmt: skip


def place(place_id, *starts):
    return Place(
        place_id=place_id, name=place_id, kind="town", precision=PlacePrecision.SETTLEMENT, confidence=0.9,
        spans=tuple(span(start, "Kyiv") for start in starts),
    )  # fmt: skip


def test_a_claim_at_no_place_of_the_article_goes_to_one_close_by_or_to_the_last_before():
    named = [place("a", 0, 900), place("b", 400)]
    claims = [claim(20, "a"), claim(350, "person"), claim(700, "person"), claim(1500, None)]
    assert [c.place_id for c in settled(ARTICLE, claims, named)] == ["a", "b", "b", None]


def test_nothing_changes_where_no_place_is_known():
    assert settled(ARTICLE, [claim(20, "a")], []) == (claim(20, "a"),)


def test_no_claim_goes_to_where_the_hurt_were_taken():
    article = RawArticle(title="Raid", text="Men raided Kyiv. Four were hurt. They were taken to hospital in Lviv.")
    named = [place("a", article.text.index("Kyiv")), place("b", article.text.index("Lviv"))]
    assert [c.place_id for c in settled(article, [claim(60, "person")], named)] == ["a"]
