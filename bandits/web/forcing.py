"""Trying an arm out: by a signed link, or by a member of the study who names it. Nothing of it is recorded as data.

`?arms=<signed>` from `manage.py force_arm`, `?arms=color:red,button-text:Buy` for somebody signed in who may run the
study, `?arms=off` to end it. The arms stay in the visitor's cookie until then.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from bandits.events import VisitorEvent
from bandits.web.deciding import AWAY
from bandits.web.visitors import Visitor
from experiments import events
from experiments.access import Right, may
from experiments.errors import Forbidden, Refusal, Unknown
from experiments.models import Arm, Experiment

log = logging.getLogger("bandits.web")
NAME = re.compile(r"[-\w]{1,60}", re.ASCII)
SALT = "bandits.web.forced.1"
LINK_LASTS = timedelta(days=7)
MOST = 10
OFF = "off"
Arms = Mapping[str, str]


def force_token(arms: Arms) -> str:
    """What a link carries after `?arms=` for the next week. arms: {experiment: arm}. Unknown if one is not there."""
    for slug, arm in arms.items():
        _require_arm(slug, arm)
    return signed(arms, key=_key(arms))


def signed(arms: Arms, *, key: str) -> str:
    """The same for arms that are known to be there. key: `key_of` their experiment."""
    return signing.dumps(dict(arms), salt=SALT, key=key)


def key_of(*experiments: Experiment) -> str:
    """What signs links. Not SECRET_KEY: Machina makes links for projects that have another, and share the database."""
    return "".join(one.uuid.hex for one in sorted(experiments, key=lambda one: one.slug))


def forced_by(request: HttpRequest, wish: str, visitor: Visitor) -> Visitor:
    """The visitor with the arms that the link or the member wishes; the same where it may not be."""
    if wish == OFF:
        return replace(visitor, forced={}, is_due=True) if visitor.forced else visitor
    try:
        arms, by = _wished(request, wish)
        new = {slug: arm for slug, arm in arms.items() if visitor.forced.get(slug) != arm}
        _tell(new, by)
    except Refusal as refusal:
        log.info("No arm is forced. %s %s", refusal.message, refusal.hint)  # anybody may write such an address
        return visitor
    except AWAY as error:
        log.warning("No arm is forced, the database cannot be asked.", exc_info=error)
        return visitor
    merged = {**visitor.forced, **arms}
    return replace(visitor, forced=dict([*merged.items()][-MOST:]), is_due=bool(new) or visitor.is_due)


def _wished(request: HttpRequest, wish: str) -> tuple[Arms, str]:
    """The arms, and who wishes for them. Forbidden for who may not."""
    claimed = _claimed(wish)
    if not claimed:
        return _named(request, wish)
    try:
        signing.loads(wish, salt=SALT, key=_key(claimed), max_age=LINK_LASTS)
    except signing.SignatureExpired as error:
        raise Forbidden("The link has expired.", hint="Make another: manage.py force_arm") from error
    except signing.BadSignature as error:
        raise Forbidden("The link is none of ours.", hint="Make one: manage.py force_arm") from error
    return claimed, "a link"


def _claimed(wish: str) -> Arms:
    """What a link says, before its signature is looked at: it says which experiments' keys to ask for."""
    try:
        read = json.loads(signing.b64_decode(wish.partition(":")[0].encode()))
    except (ValueError, RecursionError):  # anybody may write such an address
        return {}
    if not isinstance(read, dict) or not 0 < len(read) <= MOST or not all(map(NAME.fullmatch, read)):
        return {}
    return {str(slug): str(arm) for slug, arm in read.items()}


def _key(arms: Arms) -> str:
    """Of all these experiments; Unknown if one is not there."""
    found = [*Experiment.objects.filter(slug__in=arms)]
    if len(found) < len(arms):
        raise Unknown("The link names an experiment that does not exist.")
    return key_of(*found)


def _named(request: HttpRequest, wish: str) -> tuple[Arms, str]:
    """Arms written plainly, by a member who may run the study."""
    user = getattr(request, "user", None)
    if user is None or user.is_anonymous:
        raise Forbidden("Neither a link of ours, nor somebody signed in.", hint="Sign in, or use manage.py force_arm.")
    arms = dict(part.split(":", 1) for part in wish.split(",") if ":" in part)
    for slug in arms:
        found = Experiment.objects.select_related("study").filter(slug=slug) if NAME.fullmatch(slug) else None
        experiment = found.first() if found is not None else None
        if experiment is None or not may(user, Right.RUN, experiment.study):
            raise Forbidden(
                f"You may not try out arms of “{slug}”.", hint="Ask an owner of the study for another role."
            )
    return arms, f"user {user.pk}"


@transaction.atomic
def _tell(arms: Arms, by: str) -> None:
    """A line in the diary for each arm that is newly forced."""
    for slug, name in arms.items():
        experiment = _require_arm(slug, name)
        events.record(
            VisitorEvent.FORCED,
            experiment=experiment,
            subject=f"arm:{name}",
            payload={"arm": name, "by": by},
            at=timezone.now(),
        )


def _require_arm(slug: str, name: str) -> Experiment:
    experiment = Experiment.objects.filter(slug=slug).first()
    if experiment is None:
        raise Unknown(f"There is no experiment “{slug}”.")
    names = [*Arm.objects.filter(experiment=experiment).values_list("name", flat=True)]
    if name not in names:
        raise Unknown(f"“{experiment.title}” has no arm “{name}”.", hint=f"Its arms: {', '.join(names)}.")
    return experiment
