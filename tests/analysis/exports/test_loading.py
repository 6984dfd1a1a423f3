"""A web process starts without the libraries that only some downloads need."""

from __future__ import annotations

import subprocess
import sys

STARTED = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(*sorted({"pyarrow", "pandas"} & set(sys.modules)))
"""


def test_pyarrow_and_pandas_wait_until_they_are_asked_for() -> None:
    shown = subprocess.run([sys.executable, "-W", "ignore", "-c", STARTED], capture_output=True, text=True, check=True)

    assert shown.stdout.split() == []
