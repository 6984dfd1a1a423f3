"""A digest is the same for the same value, on every machine and through the database, and for no other value."""

import json
import subprocess
import sys
from typing import cast

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from analysis.learning.digests import RunKey, canonical, digest_of
from analysis.learning.running import Fold
from experiments.types import Json

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=chr(0)), max_size=8)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False, width=64)
VALUES: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_canonical_spelling_reads_back_to_a_value_spelt_the_same(value: object) -> None:
    text = canonical(cast(Json, value))

    assert canonical(json.loads(text)) == text


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))

    assert digest_of(cast(Json, turned)) == digest_of(cast(Json, value))


@pytest.mark.django_db
def test_the_digest_survives_postgresql() -> None:
    numbers = [1, 1.0, -0.0, 1e16, 1e22, 1e23, 1.7e300, 5e-324, 1e-7, 0.1, 123456789.5, 2**70]
    values: list[Json] = [*numbers, "é", None, True]

    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::jsonb)::text", [json.dumps(values)])
        kept = json.loads(cursor.fetchone()[0])

    assert digest_of(kept) == digest_of(values)


def test_another_process_gives_the_same_digest() -> None:
    program = "from analysis.learning.digests import digest_of; print(digest_of({'b': [1, 2.5], 'a': {'é': None}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == digest_of({"a": {"é": None}, "b": [1, 2.5]})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"a": [float("nan")]}, r"a\[0\] is nan"),
        ({"a": {1: 2}}, "a has the key 1"),
        ({"a": {"b": {1, 2}}}, r"a\.b is a set"),
        (float("inf"), "value is inf"),
        (b"bytes", "value is a bytes"),
    ],
)
def test_what_is_not_json_is_refused_with_its_path(value: Json, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        canonical(value)


def test_every_part_of_a_run_changes_its_digest() -> None:
    key = RunKey("pipeline", {"a": 1}, 18, Fold(0, None), 3, {"code": "x"})
    others = [
        RunKey("function", {"a": 1}, 18, Fold(0, None), 3, {"code": "x"}),
        RunKey("pipeline", {"a": 2}, 18, Fold(0, None), 3, {"code": "x"}),
        RunKey("pipeline", {"a": 1}, 19, Fold(0, None), 3, {"code": "x"}),
        RunKey("pipeline", {"a": 1}, 18, Fold(1, None), 3, {"code": "x"}),
        RunKey("pipeline", {"a": 1}, 18, Fold(0, 0), 3, {"code": "x"}),
        RunKey("pipeline", {"a": 1}, 18, Fold(0, None), 5, {"code": "x"}),
        RunKey("pipeline", {"a": 1}, 18, Fold(0, None), None, {"code": "x"}),
        RunKey("pipeline", {"a": 1}, 18, Fold(0, None), 3, {"code": "y"}),
    ]

    assert len({key.digest(), *(other.digest() for other in others)}) == len(others) + 1


def test_other_code_asks_the_same_question() -> None:
    old = RunKey("pipeline", {"a": 1}, 18, identity={"code": "x"})
    new = RunKey("pipeline", {"a": 1}, 18, identity={"code": "y"})

    assert old.question() == new.question()
    assert old.digest() != new.digest()


def test_no_fold_and_a_fold_of_nothing_are_one() -> None:
    assert RunKey("pipeline", {}, 1).digest() == RunKey("pipeline", {}, 1, Fold()).digest()
