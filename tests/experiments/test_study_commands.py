"""A study file goes in and comes out by command, and the exit status tells the truth."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from experiments.checking import problems_of
from experiments.definition import canonical_json, normalise, normalise_study
from experiments.models import ApiToken, Experiment, Role, Study
from experiments.services.lifecycle import complete_experiment, start_experiment
from experiments.services.snapshot import document_of
from experiments.services.study_file import import_study
from experiments.services.tokens import find_token
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump, load
from tests.api.conftest import counts
from tests.factories import make_session, make_study, make_user
from tests.proof import PROOF
from tests.studies import EXAMPLES, NOON

pytestmark = pytest.mark.django_db

FILES = ["minimal.yaml", "stroop.yaml", "screening.yaml", "contrast/study.yaml", "trust_in_explanations/study.yaml"]
BROKEN = """machina: 1
study: {slug: Kitchen, title: Kitchen}
experiments:
  - slug: soup
    title: Soup
    target: 0
    steps:
      - name: a
        components:
          - {kind: texd, props: {body: Hello}}
          - {kind: slider, name: hunger, props: {label: Hungry, lo: 3}}
"""


def run(*words: str) -> tuple[int, str]:
    """(exit status, what was printed)."""
    out = io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except SystemExit as end:
        return int(cast(int, end.code)), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def exported(slug: str, folder: Path) -> Json:
    path = folder / "out.yaml"
    assert run("export_study", slug, "--output", str(path))[0] == 0
    return load(path.read_bytes())[0]


@pytest.mark.parametrize("file", FILES)
def test_import_export_import_gives_the_same_document(file: str, tmp_path: Path) -> None:
    assert run("import_study", str(EXAMPLES / file))[0] == 0
    slug = Study.objects.get().slug
    first = exported(slug, tmp_path)
    before = counts()

    assert run("import_study", str(tmp_path / "out.yaml"))[0] == 0
    assert canonical_json(exported(slug, tmp_path)) == canonical_json(first)
    assert {name: n for name, n in counts().items() if name != "experiments.Event"} == {
        name: n for name, n in before.items() if name != "experiments.Event"
    }

    Study.objects.all().delete()
    assert run("import_study", str(tmp_path / "out.yaml"))[0] == 0
    assert canonical_json(exported(slug, tmp_path)) == canonical_json(first)


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
STORABLE = st.characters(exclude_characters="\x00{", exclude_categories=["Cs"])
TEXTS = st.text(STORABLE, max_size=40)
TITLES = st.text(STORABLE, min_size=1, max_size=40)
SCALARS = st.one_of(TEXTS, st.booleans(), st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), SCALARS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
LEVELS = st.lists(st.from_regex(r"[a-z0-9 ]{1,6}", fullmatch=True), min_size=2, max_size=3, unique=True)
FACTORS = st.lists(
    st.fixed_dictionaries({"name": NAMES, "levels": LEVELS}, optional={"scope": st.just("between")}),
    max_size=2,
    unique_by=lambda factor: factor["name"],
)
MEASURES = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "title": TEXTS,
            "kind": st.sampled_from(["number", "text", "json", "boolean"]),
            "role": st.sampled_from(["secondary", "guardrail"]),
        },
    ),
    max_size=3,
    unique_by=lambda measure: measure["name"],
)
TEXT_COMPONENTS = st.builds(lambda body: {"kind": "text", "props": {"body": body}}, TITLES)
STEPS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "components": st.lists(TEXT_COMPONENTS, min_size=1, max_size=3)},
        optional={"title": TEXTS, "timeout_seconds": st.integers(1, 5000)},
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda step: step["name"],
)
STIMULI = st.dictionaries(
    NAMES,
    st.lists(
        st.fixed_dictionaries({"id": st.integers(0, 10**6)}, optional={"features": VALUES, "note": TEXTS}),
        min_size=1,
        max_size=3,
        unique_by=lambda item: item["id"],
    ),
    max_size=2,
)
EXPERIMENTS = st.fixed_dictionaries(
    {"slug": st.just("soup"), "title": TITLES, "steps": STEPS},
    optional={
        "factors": FACTORS,
        "measures": MEASURES,
        "stimuli": STIMULI,
        "target": st.integers(1, 10**6),
        "seed": st.integers(0, 2**63 - 1),
        "debrief": TEXTS,
        "exclusion_group": st.text(STORABLE, max_size=60),
    },
)
STUDIES = st.fixed_dictionaries(
    {
        "slug": st.just("kitchen"),
        "title": TITLES,
        "consent": st.builds(lambda body: [{"version": "1", "title": "C", "body": body}], TITLES),
    },
    optional={
        "description": TEXTS,
        "contact": TEXTS,
        "retention_days": st.integers(1, 10**5),
        "budget": st.sampled_from(["0", "12.5", "120.00"]),
    },
)
DOCUMENTS = st.builds(
    lambda study, experiment: {"machina": 1, "study": study, "experiments": [experiment]}, STUDIES, EXPERIMENTS
)


@settings(
    max_examples=40 if PROOF else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(DOCUMENTS)
def test_whatever_can_be_imported_comes_out_as_it_went_in(document: JsonObject) -> None:
    assume(not problems_of(document))
    with transaction.atomic():
        out = document_of(Study.objects.get(pk=import_study(document).pk))
        went_in = [normalise(each) for each in cast("Sequence[JsonObject]", document["experiments"])]
        assert canonical_json(out["experiments"]) == canonical_json(went_in)
        head = normalise_study(cast(JsonObject, document["study"]))
        assert canonical_json({**cast(JsonObject, out["study"]), "budget": ""}) == canonical_json(
            {**head, "budget": ""}
        )

        Study.objects.all().delete()
        again = import_study(cast(JsonObject, load(dump(out))[0]))
        assert canonical_json(document_of(Study.objects.get(pk=again.pk))) == canonical_json(out)
        transaction.set_rollback(True)


def test_every_mistake_is_named_with_line_path_and_fix_and_nothing_is_imported(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    before = counts()

    for command in ("check_study", "import_study"):
        status, printed = run(command, str(path))

        assert status == 1
        assert f"{path}:2:9: study.slug:" in printed
        assert f"{path}:6:5: experiments[0].target:" in printed
        assert f"{path}:10:14: experiments[0].steps[0].components[0].kind:" in printed
        assert f"{path}:11:" in printed
        assert "-> " in printed
    assert counts() == before


def test_the_same_for_scripts(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    for command in ("check_study", "import_study"):
        status, printed = run(command, str(path), "--json")

        assert status == 1
        problems = json.loads(printed)["problems"]
        assert {"line", "column", "path", "message", "hint"} == set(problems[0])
        assert len(problems) >= 4


@pytest.mark.parametrize("text", ["", "a: [", "a: 1\na: 2\n", "- just\n- a list\n", "study: !!python/object:os {}\n"])
def test_what_is_no_study_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    before = counts()

    assert run("check_study", str(path))[0] == 1
    assert run("import_study", str(path))[0] == 1
    assert counts() == before


def test_a_text_that_no_table_can_hold_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nul.yaml"
    path.write_text((EXAMPLES / "minimal.yaml").read_text().replace("title: Welcome", 'title: "a\\0b"'))
    before = counts()
    status, printed = run("import_study", str(path))

    assert status == 1
    assert "steps[0].title" in printed
    assert counts() == before


def test_a_file_that_is_not_there_is_another_status(tmp_path: Path) -> None:
    assert run("check_study", str(tmp_path / "none.yaml"))[0] == 2
    assert run("import_study", str(tmp_path / "none.yaml"))[0] == 2


@pytest.mark.parametrize("file", FILES)
def test_the_examples_are_in_order(file: str) -> None:
    assert run("check_study", str(EXAMPLES / file)) == (0, f"{EXAMPLES / file} is in order.\n")


def test_a_file_that_cannot_start_yet_says_what_is_missing(tmp_path: Path) -> None:
    document = cast("dict[str, Any]", load((EXAMPLES / "minimal.yaml").read_bytes())[0])
    del document["study"]["consent"]
    path = tmp_path / "unready.yaml"
    path.write_text(dump(document))
    status, printed = run("check_study", str(path))

    assert status == 1
    assert "consent" in printed


def test_a_dry_run_says_what_would_happen_and_changes_nothing() -> None:
    before = counts()
    status, printed = run("import_study", str(EXAMPLES / "minimal.yaml"), "--dry-run")

    assert (status, "would be created" in printed) == (0, True)
    assert counts() == before


def test_a_new_study_gets_its_owner() -> None:
    make_user("lead")
    run("import_study", str(EXAMPLES / "minimal.yaml"), "--owner", "lead")

    membership = Study.objects.get().memberships.get()
    assert (membership.user.username, membership.role) == ("lead", Role.OWNER)


def test_an_owner_that_does_not_exist_is_refused() -> None:
    before = counts()

    assert run("import_study", str(EXAMPLES / "minimal.yaml"), "--owner", "nobody")[0] == 1
    assert counts() == before


def test_newcomers_to_a_running_experiment_stay_on_the_published_version(tmp_path: Path) -> None:
    run("import_study", str(EXAMPLES / "minimal.yaml"))
    experiment = start_experiment(Experiment.objects.get())
    path = tmp_path / "new.yaml"
    path.write_text((EXAMPLES / "minimal.yaml").read_text().replace("target: 40", "target: 60"))

    status, said = run("import_study", str(path))
    assert status == 0
    assert "publish" in said
    assert "target 40 → 60" in said
    experiment.refresh_from_db()
    assert experiment.target == 60
    session = make_session(experiment)
    assert session.version.number == 1
    assert session.version.definition["target"] == 40  # type: ignore[index, call-overload]  # a JSON object


def test_a_consent_text_that_people_agreed_to_is_not_changed(tmp_path: Path) -> None:
    run("import_study", str(EXAMPLES / "minimal.yaml"))
    path = tmp_path / "new.yaml"
    path.write_text((EXAMPLES / "minimal.yaml").read_text().replace("one minute", "one hour"))
    before = counts()
    status, printed = run("import_study", str(path))

    assert status == 1
    assert "new version" in printed
    assert counts() == before


def test_an_unknown_study_cannot_be_exported() -> None:
    make_study("kitchen")
    status, printed = run("export_study", "kitschen")

    assert status == 1
    assert "kitchen" in printed


def test_a_token_is_printed_once_and_works() -> None:
    user, study = make_user("lead"), make_study("kitchen")
    status, printed = run("create_token", "lead", "--study", "kitchen", "--role", "analyst", "--days", "3")
    token = find_token(printed.strip(), now=NOON)

    assert status == 0
    assert token is not None
    assert (token.user, token.study, token.role) == (user, study, "analyst")
    assert token.expires_at is not None


def test_a_token_of_nobody_is_refused() -> None:
    make_user("lead")
    assert run("create_token", "nobody")[0] == 1
    assert run("create_token", "lead", "--study", "none")[0] == 1
    assert not ApiToken.objects.exists()


def test_what_is_over_takes_its_own_file_again_but_no_other(tmp_path: Path) -> None:
    run("import_study", str(EXAMPLES / "minimal.yaml"))
    complete_experiment(start_experiment(Experiment.objects.get()))
    assert run("import_study", str(EXAMPLES / "minimal.yaml"))[0] == 0

    path = tmp_path / "new.yaml"
    path.write_text((EXAMPLES / "minimal.yaml").read_text().replace("target: 40", "target: 60"))
    before = counts()
    assert run("import_study", str(path))[0] == 1
    assert counts() == before
