"""The pages of a session: show, answer, hear from the browser, leave."""

from __future__ import annotations

import math
from collections.abc import Mapping

from csp.constants import UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from experiments.errors import Refusal
from experiments.storable import NUL, parse_json
from experiments.types import Json, JsonObject
from participants.capability import completion_code_of, token_of
from participants.errors import BrokenPage, SessionOver, StalePage
from participants.flow.page import Page, Reply
from participants.flow.references import as_text, in_language
from participants.handoffs import hand_off_of
from participants.markdown import markdown
from participants.models import Session
from participants.presenting import frame_of, page_view
from participants.reads import blueprint, current_page, session_by_token
from participants.rendering import needs_inline_styles
from participants.services.answering import Sent, answer_page
from participants.services.leaving import BROKEN_PAGE, DataChoice, end_at_broken_page, resume, withdraw
from participants.services.outbox import MOST_ENTRIES, OutboxEntry, beat, take_outbox
from participants.views.arriving import in_frame_of
from participants.views.refusals import refusal_page

CLIENT_FIELDS = ("shown", "first_action", "answered")


# The token in the URL is the credential, sent by no browser of its own accord: there is no cookie to forge with.
@method_decorator(csrf_exempt, name="dispatch")
class SessionView(View):
    """A page below /p/<token>/: never cached, in the participant's language, refusals as friendly pages."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BrokenPage as refusal:
            response = refusal_page(request, refusal, end=_way_out(str(kwargs["token"])))
        except Refusal as refusal:
            response = refusal_page(request, refusal)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


class PageView(SessionView):
    """The current page. GET changes nothing; POST answers it and redirects to whatever is current then."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show where the session is."""
        return show_session(request, session_by_token(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Answer."""
        try:
            turned = answer_page(token, _sent(request), now=timezone.now())
        except (StalePage, SessionOver):
            return HttpResponseRedirect(reverse("participants:page", args=[token]), status=303)
        if turned.page is not None:
            return show_page(request, turned.session, turned.page, reply=turned.reply)
        return HttpResponseRedirect(reverse("participants:page", args=[token]), status=303)


class WithdrawView(SessionView):
    """Ask, then withdraw."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The question, with the choice about the data."""
        session = session_by_token(token)
        withdrawing = {"action": request.path, "back": reverse("participants:page", args=[token])}
        with translation.override(session.language):
            page = {"page": frame_of(session, now=timezone.now()), "withdraw": withdrawing}
            return in_frame_of(session, render(request, "participants/withdraw.html", page))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Withdraw."""
        choice = DataChoice.DELETE if request.POST.get("data") == DataChoice.DELETE else DataChoice.KEEP
        withdraw(token, choice, now=timezone.now())
        return HttpResponseRedirect(reverse("participants:page", args=[token]), status=303)


class ResumeView(SessionView):
    """Go on after a time-out."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take the place back if it is free."""
        resume(token, now=timezone.now())
        return HttpResponseRedirect(reverse("participants:page", args=[token]), status=303)


class EndView(SessionView):
    """End where a page cannot be shown, so that whoever was sent here can be paid."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """End, if it is so; a page that can be shown again is shown."""
        end_at_broken_page(token, now=timezone.now())
        return HttpResponseRedirect(reverse("participants:page", args=[token]), status=303)


class HeartbeatView(SessionView):
    """A sign of life."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep the place."""
        session = beat(token, now=timezone.now())
        return JsonResponse({"status": session.status})


class OutboxView(SessionView):
    """What the browser noticed, in batches that may come twice."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep and acknowledge."""
        try:
            entries = _entries(request.body)
        except ValueError as error:
            return JsonResponse({"code": "bad-outbox", "detail": str(error)}, status=400)
        return JsonResponse({"acknowledged": take_outbox(token, entries, now=timezone.now())})


def show_session(request: HttpRequest, session: Session) -> HttpResponse:
    """The current page of a session under way, or how it ended."""
    if session.is_under_way:
        return show_page(request, session, current_page(session))
    with translation.override(session.language):
        if session.status == Session.Status.COMPLETED:
            template, name, shown = "participants/complete.html", "complete", _done(session)
        else:
            template, name, shown = "participants/message.html", "message", _ended(session)
        page = {"page": frame_of(session, now=timezone.now()), name: shown}
        return in_frame_of(session, render(request, template, page))


def show_page(request: HttpRequest, session: Session, page: Page, *, reply: Reply | None = None) -> HttpResponse:
    """A page; with a reply, again with what was wrong, as 422."""
    posted = request.POST if reply is not None else None
    with translation.override(session.language):
        view = page_view(session, page, now=timezone.now(), reply=reply, posted=posted)
        response = render(request, "participants/page.html", {"page": view}, status=422 if reply else 200)
    if needs_inline_styles(page.components):
        response._csp_update = {"style-src": [UNSAFE_INLINE]}  # type: ignore[attr-defined]  # django-csp's own way
    return in_frame_of(session, response)


def _way_out(token: str) -> str:
    """Where somebody whom a platform sent ends at a page that cannot be shown; others may simply leave."""
    return reverse("participants:end", args=[token]) if session_by_token(token).came_by else ""


def _done(session: Session) -> dict[str, object]:
    """Handed in by itself where there is nothing to be read first."""
    design = blueprint(session)
    debrief = as_text(in_language(design.debrief, session.language, design.languages))
    if session.came_by:
        return {"debrief_html": markdown(debrief), "handoff": hand_off_of(session), "auto": not debrief}
    return {"debrief_html": markdown(debrief), "completion_code": completion_code_of(session.uuid)}


def _ended(session: Session) -> dict[str, object]:
    """Which message fits the end; a rule's own words where it has some."""
    message = _end_of(session)
    if session.came_by:
        message["handoff"] = hand_off_of(session)
    return message


def _end_of(session: Session) -> dict[str, object]:
    if session.ended_because == "full":
        design = blueprint(session)
        text = as_text(in_language(design.full_message, session.language, design.languages))
        return {"kind": "full", "html": markdown(text) if text else ""}
    if session.ended_because == BROKEN_PAGE:
        return {"kind": "technical_failure"}
    own_words = session.ended_because not in ("", "check", "not-in-experiment")
    message: dict[str, object] = {"kind": session.status, "html": markdown(session.ended_because) if own_words else ""}
    if session.status == Session.Status.TIMED_OUT:
        message["resume"] = reverse("participants:resume", args=[token_of(session.uuid)])
    return message


def _sent(request: HttpRequest) -> Sent:
    fields = {name: [text.replace(NUL, "") for text in request.POST.getlist(name)] for name in request.POST}
    return Sent(nonce=request.POST.get("nonce", "").replace(NUL, ""), fields=fields, client=_client(request.POST))


def _client(posted: Mapping[str, str]) -> JsonObject:
    clock = {name: _milliseconds(posted.get(f"client_{name}")) for name in CLIENT_FIELDS}
    client: dict[str, Json] = {name: value for name, value in clock.items() if value is not None}
    return {**client, "timed_out": True} if posted.get("timed_out") == "1" else client


def _milliseconds(text: object) -> float | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return round(value, 1) if math.isfinite(value) and 0 <= value < 1e12 else None


def _entries(body: bytes) -> list[OutboxEntry]:
    """Read a batch. ValueError with a sentence if it is not one."""
    sent = parse_json(body)
    rows = sent.get("entries") if isinstance(sent, Mapping) else None
    if not isinstance(rows, list) or len(rows) > MOST_ENTRIES:
        raise ValueError(f"entries must be a list of at most {MOST_ENTRIES} entries.")
    return [_entry(row) for row in rows]


def _entry(row: Json) -> OutboxEntry:
    if not isinstance(row, Mapping):
        raise ValueError("Each entry must be an object.")
    seq, at = _whole(row.get("seq")), _milliseconds(row.get("at"))
    if not seq:
        raise ValueError("seq must be a whole number above 0.")
    return OutboxEntry(seq, _whole(row.get("trial")), str(row.get("kind"))[:40], at or 0.0, row.get("payload") or {})


def _whole(value: Json) -> int | None:
    """A number that a column can hold; nothing for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 2**31 else None
