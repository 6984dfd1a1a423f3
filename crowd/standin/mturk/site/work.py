"""Finding HITs and working on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from crowd.standin.kernel.http import Refusal, Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import button
from crowd.standin.mturk import workers
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.qualifying import unmet
from crowd.standin.mturk.question import external_url
from crowd.standin.mturk.records import Assignment, Hit
from crowd.standin.mturk.site.frame import cookie, dollars, me, show, worker_id

NOT_AVAILABLE = "ASSIGNMENT_ID_NOT_AVAILABLE"
NO_HITS = "No HITs at the moment. They appear here as soon as a requester publishes some."


class WorkPages:
    """Preview, accept, return, submit."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._url = url

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path."""
        return {
            "GET /": self._find,
            "GET /mturk/findhits": self._find,
            "GET /mturk/preview": self._preview,
            "POST /mturk/accept": self._accept,
            "GET /mturk/continue": self._work,
            "POST /mturk/return": self._return,
            "POST /mturk/externalSubmit": self._submit,
        }

    def _find(self, request: Request) -> Reply:
        cards = [
            self._card(hit, me(request))
            for hit in reversed(self.market.hits.all())
            if not hit.is_disposed
            and self.market.status(hit) == "Assignable"
            and not self._missing(hit, request, "Discover")
        ]
        return show("HITs", joined(cards) if cards else markup('<p class="card">{}</p>', NO_HITS))

    def _missing(self, hit: Hit, request: Request, action: str) -> list[str]:
        person = workers.worker(self.market, me(request))
        return unmet(self.market, person, self.market.type_of(hit), action=action)

    def _card(self, hit: Hit, worker: str) -> Html:
        kind, counts = self.market.type_of(hit), self.market.counts(hit)
        missing = unmet(self.market, workers.worker(self.market, worker), kind)
        note = markup('<p class="soft">You lack: {}.</p>', ", ".join(missing)) if missing else Html()
        return markup(
            '<div class="card"><div class="row"><h2>{}</h2><strong>{}</strong></div><p>{}</p>{}'
            '<div class="row"><span class="soft">{} of {} places free · {} minutes allowed</span>'
            '<a class="button" href="/mturk/preview?hitId={}">Preview</a></div></div>',
            *(kind.title, dollars(kind.reward), kind.description, note),
            *(counts.available, hit.maximum, kind.duration // 60, hit.id),
        )

    def _preview(self, request: Request) -> Reply:
        hit = self._chosen(request.query)
        missing = self._missing(hit, request, "Preview")
        if missing:
            raise Refusal(f"You do not meet the qualifications of this HIT: {', '.join(missing)}.")
        buttons = markup(
            '<form method="post" action="/mturk/accept"><input type="hidden" name="hitId" value="{}">'
            '<label>Worker id <input name="workerId" value="{}" required pattern="A[A-Z0-9]+"></label>'
            '<button class="go">Accept</button></form>',
            *(hit.id, me(request)),
        )
        return self._framed(hit, {"assignmentId": NOT_AVAILABLE, "hitId": hit.id}, buttons, "Preview")

    def _accept(self, request: Request) -> Reply:
        form = dict(request.form)
        worker = worker_id(form.get("workerId") or me(request))
        with self.market.world.store.transaction():
            taken = workers.accept(self.market, self._chosen(form), worker)
        return redirect(f"/mturk/continue?{urlencode({'assignmentId': taken.id})}", cookie(worker))

    def _work(self, request: Request) -> Reply:
        taken = self._held(request.query.get("assignmentId", ""))
        hit = self.market.hits[taken.hit_id]
        asked = {"assignmentId": taken.id, "hitId": hit.id, "workerId": taken.worker_id, "turkSubmitTo": self._url}
        left = max(0, int(taken.deadline - self.market.now)) // 60
        give_back = button("/mturk/return", "Return", {"assignmentId": taken.id})
        buttons = markup('<span class="soft">You are {} · {} minutes left</span>{}', taken.worker_id, left, give_back)
        return self._framed(hit, asked, buttons, "Work")

    def _return(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            workers.give_back(self.market, self._held(dict(request.form).get("assignmentId", "")))
        return redirect("/")

    def _submit(self, request: Request) -> Reply:
        fields = request.form
        key = dict(fields).get("assignmentId") or request.query.get("assignmentId", "")
        with self.market.world.store.transaction():
            done = workers.submit(self.market, key, fields)
        text = (
            '<p class="card right" role="status">Thank you, {}. <a href="/" target="_top">Find more HITs</a></p>'
            '<script>if (top !== self) top.location.replace("/mturk/dashboard")</script>'  # out of the frame, as MTurk
        )
        return show("Your HIT was submitted", markup(text, done.worker_id))

    def _framed(self, hit: Hit, asked: Mapping[str, str], buttons: Html, title: str) -> Reply:
        kind, address = self.market.type_of(hit), _address(hit, asked)
        frame = markup('<iframe title="The HIT" src="{}"></iframe>', address) if address else _no_frame(hit)
        head = markup(
            '<div class="card"><div class="row"><span><strong>{}</strong> for each assignment</span>{}</div>'
            '<p class="soft">{}</p></div>',
            *(dollars(kind.reward), buttons, kind.description),
        )
        return show(f"{title}: {kind.title}", markup("{}{}", head, frame))

    def _chosen(self, fields: Mapping[str, str]) -> Hit:
        """By hitId; or by groupId, the first of the group with a free place."""
        if fields.get("groupId"):
            group = [hit for hit in self.market.hits.all() if hit.group_id == fields["groupId"]]
            free = [hit for hit in group if self.market.status(hit) == "Assignable"]
            for hit in free or group:
                return hit
        return self.market.hit(fields.get("hitId", ""))

    def _held(self, key: str) -> Assignment:
        found = self.market.assignments.get(key)
        if found is None or found.status != "Accepted":
            raise Refusal("This assignment is not yours any more.")
        return found


def _address(hit: Hit, asked: Mapping[str, str]) -> str | None:
    address = external_url(hit.question) if hit.question else None
    if address is None:
        return None
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(asked))))))


def _no_frame(hit: Hit) -> Html:
    text = '<p class="card">This stand-in shows external questions only. The HIT asks:</p><pre class="card">{}</pre>'
    return markup(text, hit.question or f"layout {hit.layout}")
