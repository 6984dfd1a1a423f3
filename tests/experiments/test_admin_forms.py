"""Definitions typed into forms: what does not fit is said with its line, and then nothing is saved."""

from __future__ import annotations

from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from experiments.models import Event, Experiment, Step, Study
from experiments.services.snapshot import definition_of
from experiments.types import Json, JsonObject
from tests.console import change_url, typed
from tests.factories import make_experiment, make_study, make_user
from tests.participants.test_choosing_stimuli import LOOK
from tests.studies import EXAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.fixture
def draft() -> Experiment:
    return make_experiment(status="draft")


def step_url(step: Step) -> str:
    return reverse("admin:experiments_step_change", args=[step.pk])


def errors_of(client: Client, url: str, **changes: str) -> list[str]:
    """What the page says of a form with these changes."""
    answer = client.post(url, {**typed(client.get(url)), **changes})  # type: ignore[arg-type]  # the client's response
    assert answer.status_code == 200, "the form was taken"
    forms = [answer.context["adminform"].form]
    forms += [form for inline in answer.context["inline_admin_formsets"] for form in inline.formset.forms]
    found = [error for form in forms for errors in form.errors.values() for error in errors]
    return found + [
        str(e) for inline in answer.context["inline_admin_formsets"] for e in inline.formset.non_form_errors()
    ]


def test_saving_what_was_not_touched_changes_nothing(admin: Client, draft: Experiment) -> None:
    before = definition_of(draft)

    for url in (change_url(draft), *(step_url(step) for step in draft.steps.all())):
        assert admin.post(url, typed(admin.get(url))).status_code == 302  # type: ignore[arg-type]  # as above

    assert definition_of(Experiment.objects.get(pk=draft.pk)) == before


def test_an_edit_is_saved_and_has_its_line_in_the_diary(admin: Client, draft: Experiment) -> None:
    url = change_url(draft)
    seen = Event.objects.filter(kind="experiment.edited").count()

    admin.post(url, {**typed(admin.get(url)), "target": "77", "factors-0-levels": "plain, vivid, 3, true"})  # type: ignore[arg-type]  # as above

    draft.refresh_from_db()
    assert draft.target == 77
    assert draft.factors.get().levels == ["plain", "vivid", 3, True]
    assert Event.objects.filter(kind="experiment.edited").count() == seen + 1


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (
            "components",
            "- kind: txt\n  props: {body: x}",
            "Line 1, [0].kind: There is no component kind “txt”. Did you mean “text”?",
        ),
        ("components", "- kind: text\n  propz: {body: x}", "Line 2, [0].propz: The key “propz” is not known here."),
        ("components", "- kind: text\n  props:\n    boby: x", "Line 3, [0].props.boby"),
        ("components", "- kind: text\n\tprops: {}", "Indent with spaces"),
        ("components", "- {kind: slider, name: a, measure: nope, props: {label: x}}", "no measure “nope”"),
        ("repeat", "{over: nothing}", "nothing"),
        ("repeat", "{over: nothing, sideways: 1}", "sideways"),
        ("show_if", "nonsense: [", "This is not valid YAML"),
        ("screen_out", "message: x", "“when” is missing"),
        ("name", "rating", "already exists"),
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_its_line(
    admin: Client, draft: Experiment, field: str, text: str, sentence: str
) -> None:
    step = draft.steps.get(name="welcome")
    before = definition_of(draft)

    found = errors_of(admin, step_url(step), **{field: text})

    assert any(sentence in error for error in found), found
    assert definition_of(draft) == before


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("allocation", "policy: permuted_block", "Did you mean “permuted_blocks”?"),
        ("allocation", "polly: simple", "polly"),
        ("exclusions", "frame: plain", "Write a list"),
        ("factors-0-levels", "only", "At least 2 are needed"),
        ("arms-0-payload", "[1, 2]", "name: value"),
        ("measures-0-low", "200", "low"),
        ("target", "0", "greater than or equal to 1"),
    ],
)
def test_a_design_that_does_not_fit_is_refused_whole(
    admin: Client, draft: Experiment, field: str, text: str, sentence: str
) -> None:
    before = definition_of(draft)

    found = errors_of(admin, change_url(draft), **{"title": "Another title", field: text})

    assert any(sentence in error for error in found), found
    assert definition_of(Experiment.objects.get(pk=draft.pk)) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"arms-0-name": "renamed"},
        {"arms-0-DELETE": "on"},
        {"measures-0-name": "renamed"},
        {"measures-0-DELETE": "on"},
    ],
)
def test_what_people_under_way_were_promised_keeps_its_name(admin: Client, changes: dict[str, str]) -> None:
    experiment = make_experiment()
    before = definition_of(experiment)

    found = errors_of(admin, change_url(experiment), **changes)

    assert any("in a version that people may be under" in error for error in found), found
    assert definition_of(Experiment.objects.get(pk=experiment.pk)) == before


def test_in_a_draft_everything_can_go(admin: Client, draft: Experiment) -> None:
    url = change_url(draft)

    admin.post(url, {**typed(admin.get(url)), "arms-0-DELETE": "on", "measures-0-name": "renamed"})  # type: ignore[arg-type]  # as above

    assert [arm.name for arm in draft.arms.all()] == ["vivid"]
    assert draft.measures.get().name == "renamed"


def test_a_text_may_be_given_by_language(admin: Client) -> None:
    draft = make_experiment(make_study(languages=["en", "de"]), status="draft")
    url = change_url(draft)

    admin.post(url, {**typed(admin.get(url)), "debrief": "en: Thank you\nde: Danke"})  # type: ignore[arg-type]  # as above

    draft.refresh_from_db()
    assert draft.debrief == {"en": "Thank you", "de": "Danke"}


def test_a_text_with_a_colon_stays_a_text(admin: Client, draft: Experiment) -> None:
    url = change_url(draft)

    admin.post(url, {**typed(admin.get(url)), "debrief": "Note: thank you"})  # type: ignore[arg-type]  # as above

    draft.refresh_from_db()
    assert draft.debrief == "Note: thank you"


def test_a_study_file_is_imported(admin: Client) -> None:
    text = (EXAMPLES / "minimal.yaml").read_text()

    admin.post(reverse("admin:experiments_study_import"), {"text": text})

    assert Study.objects.get().experiments.get().slug == "lunch-2026"


def test_an_exported_study_can_be_imported_again(admin: Client) -> None:
    experiment = make_experiment(status="draft")
    exported = admin.get(reverse("admin:experiments_study_file", args=[experiment.study_id])).content
    before = definition_of(experiment)
    upload = SimpleUploadedFile("study.yaml", exported)

    answer = admin.post(reverse("admin:experiments_study_import"), {"file": upload})

    assert answer.status_code == 302
    assert definition_of(Experiment.objects.get()) == before


def test_a_bad_study_file_names_every_line_and_imports_nothing(admin: Client) -> None:
    text = (EXAMPLES / "minimal.yaml").read_text().replace("target: 40", "target: many").replace("slider", "slyder")

    answer = admin.post(reverse("admin:experiments_study_import"), {"text": text})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "target" in page
    assert "slyder" in page
    assert "Line " in page
    assert not Study.objects.exists()


def test_a_study_file_does_not_touch_a_study_of_others(client: Client) -> None:
    foreign = make_study("lunch", title="Theirs")
    client.force_login(make_user())

    answer = client.post(reverse("admin:experiments_study_import"), {"text": (EXAMPLES / "minimal.yaml").read_text()})

    foreign.refresh_from_db()
    assert answer.status_code == 422
    assert foreign.title == "Theirs"


def test_a_consent_text_on_record_does_not_change(admin: Client) -> None:
    study = make_study()
    url = change_url(study)
    data = typed(admin.get(url))  # type: ignore[arg-type]  # as above

    admin.post(url, {**data, "consent_documents-0-body": "Another text"})

    assert study.consent_documents.get().body == "You may stop at any time."


def test_a_new_consent_text_is_added_beside_the_old(admin: Client) -> None:
    study = make_study()
    url = change_url(study)
    page = admin.get(url)
    prefix = next(
        inline.formset.prefix
        for inline in page.context["inline_admin_formsets"]
        if inline.opts.verbose_name_plural == "new consent text"
    )
    added = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-0-version": "2", f"{prefix}-0-body": "Please read this again."}

    admin.post(url, {**typed(page), **added})  # type: ignore[arg-type]  # as above

    bodies = list(study.consent_documents.values_list("version", "body"))
    assert bodies == [("1", "You may stop at any time."), ("2", "Please read this again.")]


def test_the_last_owner_cannot_step_down(client: Client) -> None:
    owner = make_user()
    study = make_study(members={owner: "owner"})
    client.force_login(owner)
    url = change_url(study)
    data = typed(client.get(url))  # type: ignore[arg-type]  # as above

    answer = client.post(url, {**data, "title": "New title", "memberships-0-role": "viewer"}, follow=True)

    study.refresh_from_db()
    assert study.memberships.get().role == "owner"
    assert study.title != "New title"
    assert "without an owner" in answer.content.decode()


def test_a_block_that_chooses_begins_with_a_text_that_is_taken_and_a_slip_is_said_at_its_key(admin: Client) -> None:
    dimmed: list[Json] = [{"id": f"d{n}", "more": "left", "contrast": n / 10} for n in range(1, 5)]
    looking: Json = {"name": "look", "components": [LOOK], "repeat": {"over": "sides"}}
    draft = make_experiment(status="draft", measures=[], steps=[looking], stimuli={"sides": dimmed})
    url = step_url(draft.steps.get())
    text = admin.get(url).context["choosing_starter"]
    (said,) = errors_of(admin, url, repeat=text.replace("x: contrast", "x: contrst"))
    admin.post(url, {**typed(admin.get(url)), "repeat": text})  # type: ignore[arg-type]  # as above

    assert "choose.model.x" in said
    assert "has no number “contrst”" in said
    assert cast(JsonObject, draft.steps.get().repeat)["as"] == "case"
    assert "threshold: {from: 0.1, to: 0.4, steps: 20}" in text
