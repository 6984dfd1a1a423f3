"""Forms of the console as a browser would send them back."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from experiments.models import Experiment, Study


def typed(response: HttpResponse) -> dict[str, str]:
    """Every field of a change page with what it shows, as if nothing had been touched."""
    context = response.context  # type: ignore[attr-defined]  # the test client's
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {
        bound.html_name: shown(bound.value())
        for form in forms
        for bound in form
        if not (bound.value() is None or bound.value() is False or bound.field.disabled)
    }


def shown(value: object) -> str:
    """As text in a field."""
    return "on" if value is True else str(value)


def change_url(row: Experiment | Study) -> str:
    """The page of an experiment or a study."""
    return reverse(f"admin:experiments_{row._meta.model_name}_change", args=[row.pk])


def press(client: Client, experiment: Experiment, name: str) -> HttpResponse:
    """A button of the experiment's page, and the page that follows."""
    url = reverse("admin:experiments_experiment_do", args=[experiment.pk, name])
    return client.post(url, follow=True)  # type: ignore[return-value]  # the test client's own response


def said(response: HttpResponse) -> list[str]:
    """The messages on the page."""
    return [str(message) for message in response.context["messages"]]  # type: ignore[attr-defined]  # as above
