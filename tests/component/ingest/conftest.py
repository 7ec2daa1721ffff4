"""Commands that run in this process point the logs at a stream that pytest closes: undo it around every test."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_of_no_command():
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
