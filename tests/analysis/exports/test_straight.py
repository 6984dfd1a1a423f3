"""What the database writes of `long` is to the byte what Python writes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.exports import FORMATS, TABLES, Options
from analysis.exports.csv_format import header
from analysis.exports.long import Long
from analysis.exports.snapshot import snapshot
from analysis.exports.stream import Download, Request
from experiments.models import Experiment, Measure, Measurement
from experiments.types import Json
from tests.analysis.exports.test_spreadsheet_safety import ATTACKS, HARMLESS
from tests.analysis.results.conftest import MEASURES, assigned
from tests.exported import make_collected
from tests.factories import make_experiment

pytestmark = pytest.mark.django_db
BOTH = Options(with_rehearsal=True)
AT = datetime(2026, 5, 31, 12, 0, 0, 70, tzinfo=UTC)
SPACES = [
    "\x1cfile",
    "next\x85",
    "\u3000wide",
    "edge\u2028",
    "\xa0",
    "tab\tinside",
    "\uff1d\u0663",
    "-\u0663",
    "\x0b",
    "'\uff0b1",
]
TEXTS = [*ATTACKS, *HARMLESS, *SPACES, "a,b", 'say "no"', "\\N", "back\\slash", "two\r\nlines", "100%", "{}", "$1"]
NUMBERS = [
    0,
    -0.0,
    3,
    3.0,
    -7,
    0.1 + 0.2,
    1e-4,
    9.999e-5,
    5e-324,
    1e15,
    1e15 - 0.5,
    2**53,
    2**53 + 2,
    1e22,
    1e300,
    123456789.123,
    -1e-3,
    1 / 3,
]
WITHIN: list[Json] = ["easy", "=1", 3, 2.5, True, None, ["a"], {"b": 1}]
CONTEXTS: list[Json] = [
    {}, {"step": "s", "index": 3}, {"step": "=s", "component": "a,b", "part": 4, "case": None, "index": 0, "round": 2},
    {"step": 2.5, "round": None, "index": "x"}, {"source": "app"}, [], "words", {"index": 1.5}, {"step": True},
    *({"within": {"set": level, "size": level}} for level in WITHIN), {"within": 3}, {"case": ""}, {"round": 10**17},
]  # fmt: skip


def by_python(experiment: Experiment, options: Options) -> bytes:
    table = TABLES["long"]
    with snapshot():
        rows = table.rows(experiment, options)
        return b"".join(FORMATS["csv"].write(table.columns(experiment), rows, options))


def straight(experiment: Experiment, options: Options) -> tuple[int, bytes]:
    found = list(Long().csv(experiment, options))
    first = header(Long().columns(experiment), options)
    return sum(n for n, _ in found), first + b"".join(piece for _, piece in found)


@pytest.fixture
def odd() -> Experiment:
    """Every text, number and context that is hard to spell, beside easy ones."""
    factors: list[Json] = [
        {"name": "frame", "levels": ["plain", "vivid"]},
        {"name": "set", "scope": "within", "levels": ["easy", "hard"]},
        {"name": "size", "scope": "within", "levels": [3, 8]},
        {"name": "lit", "scope": "within", "levels": [True, False]},
    ]
    measures: list[Json] = [*MEASURES, {"name": "said", "kind": "text"}, {"name": "kept", "kind": "json"}]
    experiment = make_experiment(slug="odd", factors=factors, measures=measures)
    keys = dict(Measure.objects.filter(experiment=experiment).values_list("name", "pk"))
    units = assigned(experiment, *["plain", "vivid"] * 70)
    made: list[tuple[str, Json, float | None, Json]] = [
        *(("said", text, None, {}) for text in TEXTS),
        *(("score", number, float(number), {}) for number in NUMBERS),
        *(("score", 1.5, 1.5, context) for context in CONTEXTS),
        *(("bought", flag, float(flag), {"within": {"lit": flag}}) for flag in (True, False)),
        ("kept", ["a", {"b": 1}], None, {}), ("score", 2.5, 2.25, {}), ("said", "7", None, {}),
    ]  # fmt: skip
    Measurement.objects.bulk_create(
        Measurement(
            experiment=experiment, unit=unit, measure_id=keys[name], value=value, number=number, context=context,
            at=AT, key=f"{unit.pk}:{place}",
        )
        for place, (unit, (name, value, number, context)) in enumerate(zip(units, made, strict=False))
    )  # fmt: skip
    assert len(made) <= len(units)
    return experiment


def test_the_database_spells_odd_cells_as_python_does_or_leaves_them_to_it(odd: Experiment) -> None:
    n, written = straight(odd, Options())
    expected = by_python(odd, Options())

    for one, other in zip(written.splitlines(), expected.splitlines(), strict=True):
        assert one == other
    assert written == expected
    assert n == Measurement.objects.filter(experiment=odd).count()


@pytest.mark.parametrize("options", [Options(), BOTH, Options(with_bom=True)], ids=str)
def test_what_people_answered_is_written_alike(options: Options) -> None:
    experiment = make_collected()

    n, written = straight(experiment, options)

    assert written == by_python(experiment, options)
    assert n == Long().count(experiment, options)


def test_most_rows_need_no_python(odd: Experiment) -> None:
    with CaptureQueriesContext(connection) as queries:
        straight(odd, Options())

    by_hand = [each for each in queries.captured_queries if '"experiments_measurement"."unit_id" IN' in each["sql"]]
    assert 0 < len(by_hand) < 45


def test_a_download_is_written_that_way_and_counts_its_rows(odd: Experiment) -> None:
    download = Download(odd, Request("long", "csv", Options()))

    assert b"".join(download) == by_python(odd, Options())
    assert download.tally.n_rows == download.n_rows


def test_nobody_measured_is_a_header(db: None) -> None:
    experiment = make_experiment(slug="none", measures=MEASURES)

    assert straight(experiment, Options()) == (0, header(Long().columns(experiment), Options()))
