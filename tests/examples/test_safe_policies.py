"""The documents that the page on policies shows are those of the examples, and have no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.safety.subjects import faults
from experiments.types import JsonObject
from tests.learners import make_learner

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "safe-policies.md").read_text(encoding="utf-8")
BESIDE = ("procedure", "title", "seed")


def setting(name: str) -> JsonObject:
    written = yaml.safe_load((ROOT / "examples" / "safety" / name).read_text(encoding="utf-8"))
    return {key: value for key, value in written.items() if key not in BESIDE}


def test_the_gridworld_has_no_fault() -> None:
    assert faults(setting("gridworld_policy.yaml")) == []


@pytest.mark.django_db
def test_the_better_offer_has_no_fault_and_is_the_one_that_is_shown() -> None:
    make_learner(slug="offer", floor=0.2)
    shown = yaml.safe_load(PAGE.split("```yaml")[1].split("```")[0])

    assert faults(setting("better_offer.yaml")) == []
    assert {key: value for key, value in shown.items() if key not in BESIDE} == setting("better_offer.yaml")
