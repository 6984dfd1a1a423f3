"""A web process starts light: what only workers and reports need is imported by them."""

import subprocess
import sys
from typing import Final

from machina_site.paths import BASE

HEAVY: Final = ("numpy", "scipy", "pandas", "pyarrow", "sklearn", "torch", "matplotlib", "statsmodels", "botocore")
PROGRAM: Final = """
import sys
from machina_site.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns  # the routes import the views
print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


def test_no_heavy_library_is_imported_when_a_web_process_starts() -> None:
    command = [sys.executable, "-c", PROGRAM, *HEAVY]
    ended = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=True)

    assert ended.stdout.split() == []
