"""Who a version's experiment is for, and whether two experiments of one layer are in each other's way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bandits.errors import NotInExperiment
from bandits.policies import PolicyError
from bandits.policies.audience import Audience, Verdict
from bandits.policies.layers import Claim, Layer
from experiments.blueprint import json_object
from experiments.errors import Conflict
from experiments.models import Experiment, Status
from experiments.published import blueprint_of
from experiments.types import Json, JsonObject

UNDER_WAY = (Status.REHEARSAL, Status.RUNNING, Status.PAUSED)


@lru_cache(maxsize=256)
def audience_of(version_id: int) -> Audience | None:
    """The audience of that version, which never changes; None where everybody may enter."""
    return in_allocation(blueprint_of(version_id).allocation)


def in_allocation(allocation: JsonObject) -> Audience | None:
    """What an allocation says. PolicyError if that cannot be read."""
    return Audience.parse(allocation["audience"]) if "audience" in allocation else None


def verdict_of(experiment: Experiment, key: str, attributes: Json) -> Verdict:
    """Whether that unit may enter, rule by rule; no rule where everybody may."""
    audience = audience_of(experiment.version_id) if experiment.version_id else None
    known = attributes if isinstance(attributes, Mapping) else {}
    return audience.verdict(key, known) if audience else Verdict(())


def is_admitted(experiment: Experiment, key: str, attributes: Json) -> bool:
    """Whether a newcomer may enter."""
    return verdict_of(experiment, key, attributes).is_inside


def require_admitted(experiment: Experiment, key: str, attributes: Json) -> None:
    """NotInExperiment, with the rule that does not hold."""
    verdict = verdict_of(experiment, key, attributes)
    if not verdict.is_inside:
        raise NotInExperiment(f"Not in the audience: {verdict.reason}.", hint="Serve it what everybody gets.")


def slots_are_free(experiment: Experiment, definition: JsonObject) -> None:
    """Conflict if another experiment under way owns some of the slots that this definition claims."""
    audience = in_allocation(json_object(definition.get("allocation")))
    if audience is None or not audience.layer:
        return
    ours = [Claim(experiment.slug, *part) for part in audience.slots]
    try:
        Layer(audience.layer, (*ours, *on_layer(audience.layer, leaving_out=experiment)))
    except PolicyError as error:
        raise Conflict(error.message, hint=error.hint) from error


def on_layer(layer: str, *, leaving_out: Experiment) -> list[Claim]:
    """What the other experiments under way own of that layer."""
    others = Experiment.objects.filter(status__in=UNDER_WAY, version__isnull=False).exclude(pk=leaving_out.pk)
    found = others.filter(version__definition__allocation__audience__layer=layer).order_by("slug")
    audiences = [(other.slug, audience_of(other.version_id or 0)) for other in found]
    return [Claim(slug, *part) for slug, audience in audiences if audience for part in audience.slots]
