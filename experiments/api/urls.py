"""Addresses of this room below /api/v1/."""

from django.urls import path

from experiments.api.definitions import DefinitionView, DifferenceView, VersionsView, VersionView
from experiments.api.experiments import ACTIONS, ExperimentDetailView, ExperimentsView, action_view
from experiments.api.record import (
    ArmsView,
    BulkView,
    EventsView,
    MeasurementsView,
    MeasuresView,
    UnitsView,
    UnitView,
)
from experiments.api.studies import DocumentView, StudiesView, StudyDetailView, StudySchemaView

ONE = "experiments/<slug:slug>/"
urlpatterns = [
    path("studies/", StudiesView.as_view(), name="studies"),
    path("studies/<slug:slug>/", StudyDetailView.as_view(), name="study"),
    path("studies/<slug:slug>/document/", DocumentView.as_view(), name="study-document"),
    path("study-schema/", StudySchemaView.as_view(), name="study-schema"),
    path("experiments/", ExperimentsView.as_view(), name="experiments"),
    path(ONE, ExperimentDetailView.as_view(), name="experiment"),
    path(f"{ONE}definition/", DefinitionView.as_view(), name="definition"),
    path(f"{ONE}versions/", VersionsView.as_view(), name="versions"),
    path(f"{ONE}versions/<int:number>/", VersionView.as_view(), name="version"),
    path(f"{ONE}versions/<int:number>/diff/", DifferenceView.as_view(), name="version-diff"),
    path(f"{ONE}arms/", ArmsView.as_view(), name="arms"),
    path(f"{ONE}measures/", MeasuresView.as_view(), name="measures"),
    path(f"{ONE}units/", UnitsView.as_view(), name="units"),
    path(f"{ONE}units/<uuid:unit>/", UnitView.as_view(), name="unit"),
    path(f"{ONE}measurements/", MeasurementsView.as_view(), name="measurements"),
    path(f"{ONE}measurements/bulk/", BulkView.as_view(), name="measurements-bulk"),
    path(f"{ONE}events/", EventsView.as_view(), name="events"),
    *(path(f"{ONE}{name}/", action_view(name, action).as_view(), name=name) for name, action in ACTIONS.items()),
]
