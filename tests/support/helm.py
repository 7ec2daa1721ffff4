"""Helm, where it is found: on the path, or built from its published Go module into the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.apache_kafka import CACHE

MODULE = "helm.sh/helm/v3/cmd/helm@v3.17.0"


def find() -> Path | None:
    """Return the program, or None."""
    found = shutil.which("helm", path=f"{os.environ.get('PATH', '')}{os.pathsep}{CACHE / 'bin'}")
    return Path(found) if found else None


def build() -> Path | None:
    """Return the program, built where Go is found and it is missing: minutes, once. None where it can't be had."""
    if find() is None and shutil.which("go"):
        subprocess.run(["go", "install", MODULE], env=os.environ | {"GOBIN": str(CACHE / "bin")}, check=False)
    return find()


if __name__ == "__main__":
    program = build()
    print(program or "no helm, and no Go to build it")
    sys.exit(program is None)
