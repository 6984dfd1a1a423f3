"""Addresses of this room below /api/v1/."""

from django.urls import path

from bandits.api.assignments import ACTIONS, AssignmentsView, AssignmentView, action_view
from bandits.api.buckets import BucketView
from bandits.api.decisions import BulkDecisionsView, DecisionRewardView, DecisionsView, RewardsView
from bandits.api.evaluations import EvaluationsView
from bandits.api.excluding import ExcludeView, IncludeView
from bandits.api.learning import LearningView
from bandits.api.switches import ACTIONS as SWITCH_ACTIONS
from bandits.api.switches import HaltView, PolicyView, SwitchesView, SwitchView, UnhaltView, switch_action_view

LIST = "experiments/<slug:slug>/assignments/"
DECISIONS = "experiments/<slug:slug>/decisions/"
SWITCHES = "experiments/<slug:slug>/switches/"
POLICY = "experiments/<slug:slug>/policy/"
urlpatterns = [
    path(DECISIONS, DecisionsView.as_view(), name="decisions"),
    path(f"{DECISIONS}exclude/", ExcludeView.as_view(), name="decisions-exclude"),
    path(f"{DECISIONS}include/", IncludeView.as_view(), name="decisions-include"),
    path(f"{DECISIONS}bulk/", BulkDecisionsView.as_view(), name="decisions-bulk"),
    path("experiments/<slug:slug>/evaluations/", EvaluationsView.as_view(), name="evaluations"),
    path("experiments/<slug:slug>/rewards/", RewardsView.as_view(), name="rewards"),
    path("decisions/<uuid:decision>/reward/", DecisionRewardView.as_view(), name="decision-reward"),
    path("experiments/<slug:slug>/learning/", LearningView.as_view(), name="learning"),
    path("experiments/<slug:slug>/bucket/", BucketView.as_view(), name="bucket"),
    path(SWITCHES, SwitchesView.as_view(), name="switches"),
    path(f"{SWITCHES}<int:number>/", SwitchView.as_view(), name="switch"),
    *(
        path(f"{SWITCHES}<int:number>/{name}/", switch_action_view(name, action).as_view(), name=f"switch-{name}")
        for name, action in SWITCH_ACTIONS.items()
    ),
    path(POLICY, PolicyView.as_view(), name="policy"),
    path(f"{POLICY}halt/", HaltView.as_view(), name="policy-halt"),
    path(f"{POLICY}unhalt/", UnhaltView.as_view(), name="policy-unhalt"),
    path(LIST, AssignmentsView.as_view(), name="assignments"),
    path(f"{LIST}<uuid:unit>/", AssignmentView.as_view(), name="assignment"),
    *(
        path(f"{LIST}<uuid:unit>/{name}/", action_view(name, action).as_view(), name=f"assignment-{name}")
        for name, action in ACTIONS.items()
    ),
]
