"""An enricher that does nothing, run as every enricher is run."""

import sys

from services.runtime.main import run
from services.runtime.settings import Settings
from tests.support import echo

if __name__ == "__main__":
    sys.exit(run(echo.SERVICE, echo.__name__, (echo.SERVICE.name,), Settings(_env_file=None)))
