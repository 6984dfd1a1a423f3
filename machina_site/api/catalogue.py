"""Every code that a problem can have, with what it means and the way on: /api/problems/<code>/."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@dataclass(frozen=True, slots=True)
class Entry:
    """One code."""

    title: str
    status: int
    hint: str


CATALOGUE: dict[str, Entry] = {
    "malformed": Entry("The body cannot be read", 400, "Look at the place that detail names."),
    "not-authenticated": Entry("No credentials", 401, "Send “Authorization: Bearer mch_…”."),
    "bad-token": Entry("The token opens nothing", 401, "Make a new one in the console, or with create_token."),
    "forbidden": Entry("Your role does not allow it", 403, "Ask an owner of the study."),
    "unknown": Entry("No such thing that you can see", 404, "Look at the address; every path ends with a slash."),
    "still-needed": Entry("Somebody cannot be erased yet", 409, "Pay what is owed and decide their work first."),
    "not-genuine": Entry("The message does not come from where it says", 403, "Look at its topic and signature."),
    "not-invited": Entry("The link belongs to somebody or something else", 403, "Open it from the platform again."),
    "unknown-session": Entry("No such session", 404, "Look at the session's id."),
    "method-not-allowed": Entry("This address does not take that method", 405, "The Allow header names those it does."),
    "not-acceptable": Entry("No such representation", 406, "Accept application/json; definitions also as YAML."),
    "refused": Entry("A rule says no", 409, "The detail says which."),
    "conflict": Entry("It clashes with what is there", 409, "The detail says with what."),
    "illegal-transition": Entry("That status cannot follow", 409, "draft > rehearsal > running <> paused > completed."),
    "frozen": Entry("What data were collected under no longer changes", 409, "Make a new one beside it."),
    "busy": Entry("Somebody is writing to what is to be read as a whole", 503, "Try again in a minute."),
    "full": Entry("Every place is taken", 409, "Raise the target and publish, or stop inviting."),
    "not-open": Entry(
        "The experiment lets nobody in now",
        409,
        "Start or rehearse it; one that is over is duplicated.",
    ),
    "not-in-experiment": Entry("The policy leaves this unit out", 409, "Serve it what everybody gets."),
    "budget-spent": Entry("The budget is spent", 409, "Serve what everybody gets, or raise the budget and publish."),
    "budget-exceeded": Entry("The study would spend more than it may", 409, "Raise its budget, or ask for less."),
    "owed-otherwise": Entry("The same is owed already, with another amount", 409, "Top it up instead."),
    "not-confirmed": Entry("Nobody confirmed this as it stands", 409, "Look at the plan again and confirm that one."),
    "excluded": Entry("This person may not take part here", 409, "Do not invite them to this study."),
    "live-platform": Entry("A live platform would be called", 409, "Say production and CROWD_LIVE, or use a stand-in."),
    "only-preview": Entry("The work is not accepted yet", 409, "Accept it at the platform first."),
    "place-lost": Entry("The place was given to somebody else", 409, "Stop; the record keeps what came before."),
    "not-held": Entry("Another worker holds the run by now", 409, "Stop: nothing of this attempt counts any more."),
    "not-proven": Entry(
        "An arm would serve a model that no safety test vouches for", 409, "Train it, or test it again."
    ),
    "withdrawn": Entry("That safety test no longer stands", 409, "Train on newer data, and test that model."),
    "spoiled": Entry("A kept file is gone, or not what was kept", 409, "An earlier checkpoint may still be whole."),
    "gone": Entry("A kept file is not in the storage any more", 410, "An earlier one may still be there."),
    "too-late": Entry("The window for this reward has closed", 409, "Send rewards in time, or declare more of it."),
    "switch-refused": Entry("The candidate does not beat the running policy", 409, "“numbers” says by how much."),
    "cannot-judge": Entry("The log cannot say whether it is better", 409, "Collect more rewards first."),
    "guarded": Entry("Another policy comes in by a switch", 409, "Propose it as a switch."),
    "already-took-part": Entry("An experiment that excludes this one", 409, "Do not invite this person again."),
    "session-over": Entry("The session has ended", 409, "Nothing is left to do."),
    "stale-page": Entry("An old page", 409, "Open the link once more."),
    "not-ready-yet": Entry("It is still being made", 409, "Look again in a moment."),
    "under-way": Entry("The same request is being answered", 409, "Wait a second, then send it again."),
    "link-too-old": Entry("A page that was left open for too long", 410, "Open it from the platform again."),
    "length-required": Entry("The body has no length", 411, "Send Content-Length instead of chunks."),
    "stale": Entry("Changed since you read it", 412, "GET it again, and send If-Match with its new ETag."),
    "too-large": Entry("The body is too large", 413, "Send at most 10 MB; split bulk writes."),
    "unsupported-media-type": Entry("The body's type cannot be read", 415, "Send application/json."),
    "invalid": Entry("Some values need mending", 422, "The list “errors” names each path."),
    "nothing-logged": Entry("No decision of the log counts", 422, "Choose another window; read the detail."),
    "no-support": Entry("The log says nothing about this policy", 422, "Give the running policy a floor."),
    "bad-terms": Entry("A platform cannot post these terms", 422, "The detail names what to change."),
    "bad-value": Entry("A value does not fit", 422, "Read the detail: it names the value and what it may be."),
    "not-ready": Entry("The definition cannot be run yet", 422, "The list “errors” names what is missing."),
    "consent-missing": Entry("Consent is missing", 422, "Give the study a consent text."),
    "key-reused": Entry("This idempotency key was used for another body", 422, "Use a fresh key for a new request."),
    "too-many-requests": Entry("Too many requests", 429, "Wait as long as Retry-After says."),
    "too-long": Entry("Laying it out takes longer than a reader waits", 503, "Ask for HTML, which prints as well."),
    "unavailable": Entry("The database cannot be reached", 503, "Send the same request again in a few seconds."),
    "internal": Entry("A fault of ours", 500, "Try again later; tell us the X-Request-ID header."),
    "broken-page": Entry("A page cannot be shown", 500, "The log names the step: mend it and publish."),
}


class PublicView(APIView):
    """Explains, holds no one's data, asks for no credentials."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    schema = None


class ProblemListView(PublicView):
    """/api/problems/"""

    def get(self, _request: Request) -> Response:
        """The whole catalogue."""
        return Response({code: asdict(entry) for code, entry in CATALOGUE.items()})


class ProblemView(PublicView):
    """/api/problems/<code>/"""

    def get(self, _request: Request, code: str) -> Response:
        """One code."""
        if code not in CATALOGUE:
            raise NotFound(f"There is no problem “{code}”.")
        return Response({"code": code, **asdict(CATALOGUE[code])})
