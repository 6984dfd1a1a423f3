"""The tutorial's functions over specifications do what the tutorial says."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from analysis.runs.results import results
from machina_site.paths import BASE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FOLDER = BASE / "examples" / "coverage"


def run(name: str, search: str, batch: str) -> None:
    line = [f"examples.coverage.coverage:{name}", "--search", str(FOLDER / search), "--name", batch]
    call_command("run_batch", *line, "--workers", "2", "--json", stdout=StringIO())


def test_the_functions_of_the_tutorial() -> None:
    run("main", "grid.yml", "coverage")
    run("Longer", "longer.yml", "longer")

    frame, longer = results("coverage"), results("longer")
    assert len(frame) == 24
    shares = {(row.level, row.distribution, row.n): row.coverage for row in frame.itertuples()}
    assert shares[0.95, "lognormal", 100] == 0.918  # as the tutorial shows them
    assert shares[0.95, "normal", 100] == 0.9385
    assert sorted(set(longer["repeats"])) == [10_000, 20_000, 30_000]
    assert [sent.to for sent in mail.outbox] == [["amara@example.org"]]
