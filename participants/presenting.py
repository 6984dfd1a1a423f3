"""What the templates get: plain frozen objects, nothing to query and nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from experiments.models import Experiment
from participants.capability import token_of
from participants.displays.base import Display
from participants.displays.errors import AnswerError
from participants.flow.page import Page, Reply
from participants.models import Session
from participants.reads import deadline_of, progress, sign_of


@dataclass(frozen=True, slots=True)
class ShownComponent:
    """A component with what was given before and what was wrong with it."""

    name: str
    kind: str
    display: Display
    required: bool
    value: object = None
    error: AnswerError | str | None = None


@dataclass(frozen=True, slots=True)
class PageUrls:
    """Where a page sends things."""

    outbox: str = ""
    heartbeat: str = ""
    withdraw: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has round it."""

    language: str
    direction: str
    study_title: str = ""
    contact: str = ""
    urls: PageUrls = field(default_factory=PageUrls)
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageView:
    """A page for page.html. timeout_remaining_ms: None without a time limit."""

    title: str
    components: tuple[ShownComponent, ...]
    nonce: str
    action: str
    urls: PageUrls
    position: int
    total: int
    timeout_remaining_ms: int | None
    language: str
    direction: str
    study_title: str
    contact: str
    index: int = 0
    preview: bool = False
    errors: tuple[str, ...] = field(default=())
    session_key: str = ""


def direction_of(language: str) -> str:
    """ "rtl" or "ltr"."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def frame_of(session: Session, *, now: datetime) -> Frame:
    """The frame of a page of a session."""
    sign = sign_of(session.experiment_id, now=now)
    language = session.language
    return Frame(language, direction_of(language), sign.title, sign.contact, page_urls(session))


def frame_for(experiment: Experiment, language: str) -> Frame:
    """The frame of a page at an experiment's door."""
    return Frame(language, direction_of(language), experiment.title, experiment.study.contact)


def page_urls(session: Session) -> PageUrls:
    """Where the pages of a session send things."""
    page = page_url(session)
    return PageUrls(outbox=f"{page}outbox", heartbeat=f"{page}heartbeat", withdraw=f"{page}withdraw")


def page_url(session: Session) -> str:
    """The address of a session; everything else of it lies below."""
    return reverse("participants:page", args=[token_of(session.uuid)])


def page_view(
    session: Session,
    page: Page,
    *,
    now: datetime,
    reply: Reply | None = None,
    posted: object = None,
) -> PageView:
    """The current page as the template shows it; with a reply, again with what was wrong."""
    behind, total = progress(session)
    sign = sign_of(session.experiment_id, now=now)
    deadline = deadline_of(session, page.place)
    return PageView(
        title=page.title,
        components=shown_components(page, reply=reply, posted=posted),
        nonce=session.nonce,
        action=page_url(session),
        urls=page_urls(session),
        position=behind,
        total=total,
        timeout_remaining_ms=_remaining(deadline, now) if deadline else None,
        language=session.language,
        direction=direction_of(session.language),
        study_title=sign.title,
        contact=sign.contact,
        index=behind,
        errors=_errors(session, reply),
        session_key=session.uuid.hex,
    )


def _remaining(deadline: datetime, now: datetime) -> int:
    return max(0, (deadline - now) // timedelta(milliseconds=1))


def _errors(session: Session, reply: Reply | None) -> tuple[str, ...]:
    """Also when the page is opened anew: a browser with scripts is led back to it, and should say why."""
    if not (session.attempt if reply is None else reply.failed):
        return ()
    return (_("That was not quite right. Please read the page once more and try again."),)


def shown_components(page: Page, *, reply: Reply | None = None, posted: object = None) -> tuple[ShownComponent, ...]:
    """The page's components for the template. posted: the fields of an attempt that was refused."""
    errors = reply.errors if reply else {}
    return tuple(
        ShownComponent(
            name=component.name,
            kind=component.spec.kind,
            display=component.display,
            required=component.spec.required,
            value=posted,
            error=errors.get(component.name),
        )
        for component in page.components
    )
