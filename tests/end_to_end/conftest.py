"""What the tests of the whole stream run on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import apache_kafka


@pytest.fixture
def broker(kafka: Any) -> Iterator[Any]:
    """A real broker of the test's own: what other tests left on the topics would be counted, restored and lag for ever."""
    if not kafka.real:
        pytest.skip("the embedded broker is for the demo; its own test runs the demo")
    if not apache_kafka.available():
        yield kafka
        return
    own = apache_kafka.ApacheKafka()
    own.start()
    yield own
    own.stop()
