"""A definition has one full form, one hash, and readable differences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.definition import canonical_json, diff, normalise, normalise_study, sha256_of
from experiments.schema import check_experiment
from experiments.schema_document import schema_text
from experiments.types import Json

ROOT = Path(__file__).parents[2]
BARE: dict[str, Json] = {
    "slug": "tea",
    "title": "Tea",
    "factors": [{"name": "drink", "levels": ["tea", "coffee"]}, {"name": "hot", "levels": [True, False]}],
    "exclusions": [{"drink": "coffee", "hot": False}],
    "arms": [{"levels": {"drink": "coffee", "hot": True}, "weight": 2}],
    "measures": [{"name": "liking", "kind": "number"}],
    "steps": [{"name": "look", "components": [{"kind": "text", "props": {"body": "Hello"}}]}],
}


def test_defaults_are_filled_in_all_the_way_down() -> None:
    full = normalise(BARE)

    assert full["target"] == 100
    assert full["allocation"] == {
        "policy": "permuted_blocks",
        "block_multiple": 1,
        "strata": [],
        "stratum_quota": None,
    }
    assert full["steps"][0]["components"][0]["required"] is True  # type: ignore[index,call-overload]  # Json, known here


def test_normalising_twice_is_as_good_as_once() -> None:
    assert normalise(normalise(BARE)) == normalise(BARE)
    assert check_experiment(normalise(BARE)) == []


def test_arms_that_nobody_wrote_down_are_added_and_excluded_ones_are_not() -> None:
    arms = normalise(BARE)["arms"]

    assert [(arm["name"], arm["weight"]) for arm in arms] == [  # type: ignore[index,union-attr,call-overload]  # Json, known here
        ("coffee / true", 2),
        ("tea / true", 1),
        ("tea / false", 1),
    ]


def test_a_definition_read_from_tables_keeps_just_its_arms() -> None:
    assert len(normalise(BARE, complete=False)["arms"]) == 1  # type: ignore[arg-type]  # a list, as above


def test_without_factors_there_is_one_arm_for_all() -> None:
    assert [arm["name"] for arm in normalise({"slug": "x", "title": "x"})["arms"]] == ["all"]  # type: ignore[index,union-attr,call-overload]  # Json, known here


def test_normalising_leaves_its_argument_alone() -> None:
    before = json.dumps(BARE)

    normalise(BARE)

    assert json.dumps(BARE) == before


def test_a_study_has_defaults_too() -> None:
    assert normalise_study({"slug": "x", "title": "X"})["languages"] == ["en"]


def test_the_hash_does_not_depend_on_the_order_of_keys_or_the_spelling_of_numbers() -> None:
    assert sha256_of({"a": 1, "b": [1e5]}) == sha256_of({"b": [100000], "a": 1.0})
    assert sha256_of({"a": 1}) != sha256_of({"a": True})
    assert sha256_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_is_no_number_has_no_hash() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


jsons = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=10,
)


@given(jsons)
@settings(max_examples=200)
def test_the_canonical_form_survives_reading_and_writing(value: Json) -> None:
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)


@given(st.dictionaries(st.text(min_size=1), jsons, max_size=4), st.dictionaries(st.text(min_size=1), jsons, max_size=4))
@settings(max_examples=200)
def test_there_is_a_difference_just_where_the_hashes_differ(old: dict[str, Json], new: dict[str, Json]) -> None:
    assert bool(diff(old, new)) == (sha256_of(old) != sha256_of(new))


def test_differences_read_as_sentences() -> None:
    old = normalise(BARE)
    new = normalise(
        {
            **BARE,
            "target": 50,
            "arms": [{"levels": {"drink": "coffee", "hot": True}, "weight": 3}],
            "measures": [{"name": "liking", "kind": "number", "high": 10}],
            "steps": [
                {"name": "thanks", "components": [{"kind": "text", "props": {"body": "Bye"}}]},
                {"name": "look", "title": "Look", "components": [{"kind": "text", "props": {"body": "x" * 80}}]},
            ],
        }
    )

    assert [change.sentence for change in diff(old, new)] == [
        "target 100 → 50",
        "arm “coffee / true”: weight 2 → 3",
        "measure “liking”: high none → 10",
        "step “look”: title “” → “Look”",
        "step “look”: component “text 1”: props body changed",
        "step “thanks” added at the start",
    ]


def test_steps_that_change_places_are_named() -> None:
    steps: list[Json] = [{"name": name, "components": [{"kind": "text"}]} for name in ("one", "two")]

    changes = diff(normalise({**BARE, "steps": steps}), normalise({**BARE, "steps": steps[::-1]}))

    assert [change.sentence for change in changes] == ["step order is now “two”, “one”"]


def test_a_removed_step_is_named() -> None:
    sentences = [change.sentence for change in diff(normalise(BARE), normalise({**BARE, "steps": []}))]

    assert sentences == ["step “look” removed"]


def test_the_published_schema_is_the_present_one() -> None:
    """If not: python -c "from experiments.schema_document import schema_text as s; print(s(), end='')"."""
    assert (ROOT / "docs" / "study.schema.json").read_text(encoding="utf-8") == schema_text()
