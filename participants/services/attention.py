"""Whether somebody paid attention: a policy that learns does not learn from those who did not."""

from __future__ import annotations

from collections.abc import Mapping

from bandits.learning import learning_of, learns
from experiments.published import blueprint_of
from participants.models import Session, Trial
from participants.reads import blueprint


def has_failed_too_often(session: Session) -> bool:
    """More attention checks failed than the allocation in force lets pass, also for who came in under an older one.

    Never where nothing is learnt. No query for who failed none, else two at most.
    """
    if not session.checks_failed:
        return False
    version_id = session.experiment.version_id or session.version_id
    if not learns(blueprint_of(version_id).allocation):
        return False
    most = learning_of(version_id).most_failed_checks
    return most is not None and failed_attention(session) > most


def failed_attention(session: Session) -> int:
    """How often one of the questions that ask for attention was answered wrongly."""
    asked = {
        component.name
        for step in blueprint(session).steps
        for component in step.components
        if component.check == "attention"
    }
    told = Trial.objects.filter(session=session).exclude(checks={}).values_list("checks", flat=True)
    checks = [each for each in told if isinstance(each, Mapping)]
    return sum(name in asked and passed is False for each in checks for name, passed in each.items())
