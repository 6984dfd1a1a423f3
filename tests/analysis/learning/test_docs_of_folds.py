"""What the page on folds says can be written, can be written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from analysis.learning.metrics import METRICS
from analysis.learning.strategies import CHECKPOINTING, STOPPING
from analysis.learning.validation import SCHEMES

PAGE = (Path(__file__).parents[3] / "docs" / "folds.md").read_text(encoding="utf-8")
QUOTED = [yaml.safe_load(text) for text in re.findall(r"`(\{.+?\})`", PAGE)]


@pytest.mark.parametrize("spec", [one for one in QUOTED if "scheme" in one], ids=str)
def test_its_schemes_are_read(spec: dict[str, object]) -> None:
    SCHEMES.parse(spec)  # type: ignore[arg-type]  # plain YAML


def test_its_checkpoints_and_metrics_are_read() -> None:
    kinds = [one for one in QUOTED if "kind" in one]
    known = [CHECKPOINTING if one["kind"] in CHECKPOINTING.members else METRICS for one in kinds]

    assert len(kinds) >= 5
    assert [finding for family, one in zip(known, kinds, strict=True) for finding in family.faults(one)] == []


def test_its_yaml_is_read() -> None:
    documents = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.+?)```", PAGE, flags=re.S)]

    assert [STOPPING.parse(one["stopping"]).name for one in documents if "stopping" in one] == ["patience"]
    assert [SCHEMES.parse(one["validation"]).name for one in documents if "validation" in one] == ["kfold"]
    [metrics] = [one["config"]["metrics"] for one in documents if "config" in one]
    assert [METRICS.parse(one).name for one in metrics] == ["f1", "accuracy", "auroc"]


@pytest.mark.parametrize("name", [*SCHEMES.members, *STOPPING.members, *CHECKPOINTING.members, *METRICS.members])
def test_it_names_every_member(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)
