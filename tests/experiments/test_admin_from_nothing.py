"""A study made from nothing in the console: design typed, rehearsed, started, changed while it runs."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from experiments.console import Scoped
from experiments.models import Experiment, Study
from tests.console import change_url, press, typed
from tests.factories import make_session, make_user

pytestmark = pytest.mark.django_db


def test_a_member_of_the_staff_makes_and_runs_a_study(client: Client) -> None:
    client.force_login(make_user())
    study = make_study_by_hand(client)
    experiment = make_experiment_by_hand(client, study)
    add_design(client, experiment)
    press(client, experiment, "arms")
    add_step(client, experiment, "welcome", "- {kind: text, props: {body: 'You are in {{ arm.frame }}.'}}")
    add_step(client, experiment, "rating", "- {kind: slider, name: score, measure: score, props: {label: How good?}}")

    press(client, experiment, "rehearse")
    assert make_session(Experiment.objects.get(), pages=None).is_rehearsal
    press(client, experiment, "start")
    under_way = make_session(Experiment.objects.get(), pages=1)
    add_step(client, experiment, "goodbye", "- {kind: text, props: {body: Goodbye}}")
    press(client, experiment, "publish")

    running = Experiment.objects.get()
    assert running.status == "running"
    assert [arm.name for arm in running.arms.all()] == ["plain", "vivid"]
    newcomer = make_session(running)
    assert newcomer.version_id == running.version_id != under_way.version_id
    assert ["step “goodbye” added" in str(version.changes) for version in running.versions.all()] == [True, False]


def make_study_by_hand(client: Client) -> Study:
    columns = {"title": "Lunch", "slug": "lunch", "languages": "en", "retention_days": "30", "currency": "EUR"}
    client.post(reverse("admin:experiments_study_add"), {**columns, "budget": "0"})
    study = Study.objects.get()
    page = client.get(change_url(study))
    prefix = page.context["inline_admin_formsets"][2].formset.prefix
    consent = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-0-version": "1", f"{prefix}-0-body": "You may stop."}
    client.post(change_url(study), {**typed(page), **consent})  # type: ignore[arg-type]  # the test client's response
    return study


def make_experiment_by_hand(client: Client, study: Study) -> Experiment:
    columns = {"study": str(study.pk), "title": "Lunch, wave 1", "slug": "lunch-1", "unit_kind": "participant"}
    numbers = {"target": "20", "seed": "18", "lease_seconds": "600"}
    answer = client.post(reverse("admin:experiments_experiment_add"), {**columns, **numbers})
    assert answer.status_code == 302
    return Experiment.objects.get()


def add_design(client: Client, experiment: Experiment) -> None:
    data = typed(client.get(change_url(experiment)))  # type: ignore[arg-type]  # as above
    factor = {"name": "frame", "scope": "between", "levels": "plain, vivid", "order": "fixed", "position": "0"}
    measure = {"name": "score", "kind": "number", "role": "primary", "direction": "up", "low": "0", "high": "100"}
    rows = {"factors": factor, "measures": {**measure, "position": "0"}}
    for prefix, row in rows.items():
        data |= {f"{prefix}-TOTAL_FORMS": "1", **{f"{prefix}-0-{name}": value for name, value in row.items()}}
    assert client.post(change_url(experiment), data).status_code == 302


def add_step(client: Client, experiment: Experiment, name: str, components: str) -> None:
    position = str(experiment.steps.count())
    row = {"experiment": str(experiment.pk), "name": name, "stage": "main", "position": position, "attempts": "1"}
    columns = {**row, "on_fail": "continue", "title": name.capitalize(), "components": components}
    assert client.post(reverse("admin:experiments_step_add"), columns).status_code == 302


def test_every_table_of_the_console_is_scoped_by_study() -> None:
    open_to_all = [
        model.__name__
        for model, its_admin in admin.site._registry.items()
        if not isinstance(its_admin, Scoped) and model not in (User, Group)
    ]

    assert open_to_all == []


def test_nothing_in_the_console_shows_who_somebody_is_elsewhere() -> None:
    names = {model.__name__ for model in admin.site._registry}

    assert "VaultEntry" not in names
    shown = [str(field) for its_admin in admin.site._registry.values() for field in its_admin.list_display]
    assert not [field for field in shown if "digest" in field or "external" in field]
