"""What the pages on safety show is what their files say and what the commands do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from analysis.learning.document import check_document, check_text
from analysis.safety.constraints import Vocabulary, parse_constraint
from analysis.safety.subjects import prepare
from analysis.safety.terms import Regime
from analysis.safety.training import Training, train
from machina_site.paths import BASE

DOCS = BASE / "docs"
TUTORIAL = (DOCS / "tutorial" / "a-fair-classifier.md").read_text()
PAGES = {name: (DOCS / name).read_text() for name in ("safety.md", "guarantee.md", "safety-curves.md")}
EXAMPLES = BASE / "examples" / "safety"


def blocks(page: str) -> list[Any]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]


def example(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text())


def test_the_first_block_of_the_tutorial_is_its_whole_file() -> None:
    assert blocks(TUTORIAL)[0] == example("arrests")


def test_the_trials_it_shows_are_those_of_their_file() -> None:
    assert blocks(TUTORIAL)[2] == {"trial": example("arrests_curves")["trial"]}


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("arrests*.yaml")), ids=lambda file: file.stem)
def test_its_files_are_in_order(file: Path) -> None:
    assert [problem.message for problem in check_text(file.read_bytes()).problems] == []


def test_the_document_on_the_page_about_documents_is_in_order() -> None:
    assert [problem.message for problem in check_document(blocks(PAGES["safety.md"])[0]).problems] == []


def test_the_constraints_that_are_used_often_can_be_written() -> None:
    table = PAGES["safety.md"].partition("Some that are used often")[2].partition("## Bounds")[0]
    words = {kind: Vocabulary.of(kind, groups=("M", "F")) for kind in (Regime.BINARY, Regime.REINFORCEMENT)}
    texts = [text.replace("\\|", "|") for text in re.findall(r"\| `(.*?)` \|\n", table)]

    assert len(texts) == 7
    for text in texts:
        kind = Regime.REINFORCEMENT if "J_pi" in text else Regime.BINARY
        assert parse_constraint(text, words[kind], delta=0.05).quantities


@pytest.mark.parametrize("page", [TUTORIAL, *PAGES.values()], ids=["tutorial", *PAGES])
def test_every_file_command_picture_and_page_that_is_named_is_there(page: str) -> None:
    folder = DOCS / "tutorial" if page is TUTORIAL else DOCS
    commands = set(re.findall(r"manage\.py ([a-z]\w+)", page))
    files = set(re.findall(r"examples/safety/\w+\.yaml", page))
    links = {link for link in re.findall(r"\]\(([^)#]+)", page) if not link.startswith("http")}

    assert commands - set(get_commands()) == set()
    assert [name for name in files if not (BASE / name).exists()] == []
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_tutorials_training_passes_with_the_bound_that_it_shows() -> None:
    import numpy as np

    document = example("arrests")
    setting = {name: value for name, value in document.items() if name not in ("procedure", "title", "seed")}
    wish, prepared = prepare(setting)
    training = Training(
        wish.demands(prepared.vocabulary), wish.optimiser, wish.held.fraction, wish.held.split, wish.held.seed
    )

    outcome = train(prepared.subject, training, rng=np.random.default_rng(1))

    [verdict] = outcome.verdicts
    shown = re.search(r"g = (\S+), 95 % sure: at most (\S+) ", TUTORIAL)
    assert outcome.passed
    assert shown is not None
    assert (verdict.estimate, verdict.upper) == pytest.approx([float(each) for each in shown.groups()], abs=5e-3)
