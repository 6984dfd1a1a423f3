"""Money as JSON: what the API and the command show."""

from __future__ import annotations

from crowd.models import Campaign
from crowd.paying.hourly import ArmPay
from crowd.reads.hourly import hourly_of
from crowd.services.approving import PaymentPlan, plan_of_top_up
from experiments.types import Json, JsonObject


def plan_document(plan: PaymentPlan) -> JsonObject:
    """What would go out."""
    return {"payments": len(plan.payments), "total": str(plan.total), "sha256": plan.sha256}


def hourly_document(campaign: Campaign) -> JsonObject:
    """What an hour earns, arm by arm, and what a top-up would cost."""
    plan = plan_of_top_up(campaign)
    arms: list[Json] = [_arm(line) for line in hourly_of(campaign)]
    top_up: JsonObject = {"people": len(plan.people), "total": str(plan.total), "sha256": plan.sha256}
    return {"currency": campaign.experiment.study.currency, "arms": arms, "top_up": top_up}


def _arm(line: ArmPay) -> JsonObject:
    amounts = {name: str(getattr(line, name)) for name in ("minutes", "hourly", "floor", "short")}
    return {"arm": line.arm, "people": line.n, **amounts, "is_alarm": line.is_alarm}
