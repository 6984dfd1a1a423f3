"""Reads, as chainable questions to this room's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from experiments.models import Experiment

if TYPE_CHECKING:
    from bandits.models import Decision, PolicyState, Reward, Switch  # noqa: F401 (named in quotes below)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions."""

    def of(self, experiment: Experiment, *, is_rehearsal: bool) -> DecisionQuerySet:
        """The real or the rehearsal ones of one experiment."""
        return self.filter(experiment=experiment, is_rehearsal=is_rehearsal)


class RewardQuerySet(models.QuerySet["Reward"]):
    """Rewards."""

    def of(self, experiment: Experiment, *, is_rehearsal: bool) -> RewardQuerySet:
        """The real or the rehearsal ones of one experiment."""
        return self.filter(experiment=experiment, is_rehearsal=is_rehearsal)

    def unfolded(self) -> RewardQuerySet:
        """Those that no state has learnt yet."""
        return self.filter(folded_in__isnull=True)

    def recalled(self) -> RewardQuerySet:
        """Those that a state has learnt, and none should have."""
        return self.filter(is_recalled=True)


class PolicyStateQuerySet(models.QuerySet["PolicyState"]):
    """What policies knew."""

    def of(self, experiment: Experiment, *, is_rehearsal: bool) -> PolicyStateQuerySet:
        """The real or the rehearsal ones of one experiment."""
        return self.filter(experiment=experiment, is_rehearsal=is_rehearsal)

    def newest(self) -> PolicyState | None:
        """The one with the highest number."""
        return self.order_by("-number").first()


class SwitchQuerySet(models.QuerySet["Switch"]):
    """Policies on their way to go live."""

    def of(self, experiment: Experiment) -> SwitchQuerySet:
        """Of one experiment, newest first."""
        return self.filter(experiment=experiment).order_by("-number")

    def ramping(self) -> SwitchQuerySet:
        """Those under way."""
        return self.filter(status="ramping")
