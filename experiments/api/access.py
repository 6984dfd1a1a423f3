"""Who asks, and what of a study they may touch: a member's role, capped and scoped by the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from rest_framework.request import Request

from experiments.access import Right, includes, role_of
from experiments.errors import Forbidden, Unknown
from experiments.models import ApiToken, Experiment, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. token: what they came with; None for somebody signed in to the console."""

    user: User | AnonymousUser
    token: ApiToken | None


def token_of(request: Request) -> ApiToken | None:
    """The token that the request came with; None for somebody signed in to the console."""
    return request.auth if isinstance(request.auth, ApiToken) else None


def caller_of(request: Request) -> str:
    """A name for whoever asks, for counters and keys: the token, else the user."""
    token = token_of(request)
    return f"token:{token.pk}" if token else f"user:{request.user.pk}"


def visible_studies(request: Request) -> QuerySet[Study]:
    """The studies that the caller may know of."""
    studies = Study.objects.visible_to(request.user)
    token = token_of(request)
    return studies.filter(pk=token.study_id) if token and token.study_id else studies


def find_study(request: Request, slug: str, right: Right) -> Study:
    """The study, if the caller has that right in it. Unknown if they may not know of it, Forbidden if they may."""
    study = Study.objects.filter(slug=slug).first()
    _require(Caller(request.user, token_of(request)), study, right, f"There is no study “{slug}” that you can see.")
    assert study is not None  # noqa: S101 (for the type checker: refused above)
    return study


def find_experiment(request: Request, slug: str, right: Right) -> Experiment:
    """The same for an experiment, by the rights in its study."""
    return experiment_for(Caller(request.user, token_of(request)), slug, right)


def experiment_for(caller: Caller, slug: str, right: Right) -> Experiment:
    """The same, without a request of the framework."""
    experiment = Experiment.objects.select_related("study", "version").filter(slug=slug).first()
    study = experiment.study if experiment else None
    _require(caller, study, right, f"There is no experiment “{slug}” that you can see.")
    assert experiment is not None  # noqa: S101 (for the type checker: refused above)
    return experiment


def require_role(request: Request, right: Right) -> None:
    """What no study guards (creating one): a token must not be scoped, and its role must include the right."""
    token = token_of(request)
    if token and (token.study_id or not includes(token.role, right)):
        raise Forbidden(
            "This token may not create studies.", hint="Use a token of an owner that is not bound to one study."
        )


def _require(caller: Caller, study: Study | None, right: Right, message: str) -> None:
    token = caller.token
    is_foreign = study is None or (token is not None and token.study_id not in (None, study.pk))
    role = None if study is None or is_foreign else role_of(caller.user, study)
    if study is None or role is None:
        raise Unknown(message, hint="Look at its spelling, and at the study that your token belongs to.")
    if not includes(role, right, at_most=token.role if token else None):
        raise Forbidden(
            f"Your role in “{study.title}”, or your token's, does not include: {right}.",
            hint="Ask an owner of the study for another role, or for a token with one.",
        )
