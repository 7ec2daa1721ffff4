import pytest

from services.incidents.geo import Relation, kilometres, relation
from tests.support.stories import ARDBURG, COUNTRY, FAR_TOWN, MILL_QUARTER, NEXT_TOWN, place


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (ARDBURG, ARDBURG, Relation.SAME),
        (ARDBURG, MILL_QUARTER, Relation.SAME),
        (ARDBURG, NEXT_TOWN, Relation.NEAR),
        (ARDBURG, FAR_TOWN, Relation.APART),
        (ARDBURG, COUNTRY, Relation.WITHIN),
        (ARDBURG, place("North", 51.0, 30.0, "admin1"), Relation.WITHIN),
        (ARDBURG, place("South", 47.0, 34.0, "admin1", admin1="South"), Relation.APART),
        (ARDBURG, None, Relation.UNKNOWN),
        (COUNTRY, COUNTRY.model_copy(update={"place_id": "x", "country": "RU"}), Relation.APART),
    ],
)
def test_places_are_compared_in_either_order(a, b, expected):
    assert relation(a, b) == expected
    assert relation(b, a) == expected


def test_distance_is_that_of_a_globe():
    assert kilometres(ARDBURG, ARDBURG) == 0
    assert kilometres(place("a", 0, 179.5), place("b", 0, -179.5)) == pytest.approx(111.2, abs=0.1)
    assert kilometres(ARDBURG, ARDBURG.model_copy(update={"lat": None})) is None
