"""The workers' website: find HITs, look at one in a frame, accept, return, submit. Nothing changes on a GET."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from crowd.standin.kernel.http import Refusal, Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup, page
from crowd.standin.mturk import workers
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.qualifying import unmet
from crowd.standin.mturk.question import external_url
from crowd.standin.mturk.records import Assignment, Hit

PLATFORM = "Mechanical Turk"
NOT_AVAILABLE = "ASSIGNMENT_ID_NOT_AVAILABLE"
WORKER_ID = re.compile(r"^A[A-Z0-9]{1,63}$")
LINKS = markup(
    '<a href="/">Find HITs</a><a href="/mturk/dashboard">My work</a><a href="/requester">Requester</a>'
    '<a href="/mturk/worker">Who am I?</a>'
)


class Site:
    """Pages by method and path."""

    def __init__(self, market: Market, url: Callable[[], str]) -> None:
        self.market = market
        self._url = url
        self._pages: Mapping[str, Callable[[Request], Reply]] = {
            "GET /": self._find,
            "GET /mturk/findhits": self._find,
            "GET /mturk/worker": self._who,
            "POST /mturk/worker": self._become,
            "GET /mturk/preview": self._preview,
            "POST /mturk/accept": self._accept,
            "GET /mturk/continue": self._work,
            "POST /mturk/return": self._return,
            "POST /mturk/externalSubmit": self._submit,
            "GET /mturk/dashboard": self._dashboard,
        }

    def __call__(self, request: Request) -> Reply:
        """The page. A refusal is shown as MTurk shows it to a worker."""
        handler = self._pages.get(f"{request.method} {request.path}")
        if handler is None:
            return show("There is no such page", markup('<p><a href="/">Find HITs</a></p>'), status=404)
        self.market.tick()
        try:
            return handler(request)
        except Refusal as refusal:
            return show("That did not work", markup('<p class="card wrong" role="alert">{}</p>', refusal), status=400)

    # --- Finding ---

    def _find(self, request: Request) -> Reply:
        me, cards = request.cookies.get("worker", ""), []
        for hit in reversed(self.market.hits.all()):
            if not hit.is_disposed and self.market.status(hit) == "Assignable" and self._may_see(hit, me):
                cards.append(self._card(hit))
        empty = markup('<p class="card">No HITs at the moment. A requester has to publish one first.</p>')
        return show("HITs", joined(cards) if cards else empty)

    def _may_see(self, hit: Hit, me: str) -> bool:
        return not unmet(self.market, workers.worker(self.market, me), self.market.type_of(hit), action="Discover")

    def _card(self, hit: Hit) -> Html:
        kind, counts = self.market.type_of(hit), self.market.counts(hit)
        return markup(
            '<div class="card"><div class="row"><strong>{}</strong><span>${}</span></div><p>{}</p>'
            '<div class="row"><span class="soft">{} of {} places free · {} minutes allowed</span>'
            '<a class="button" href="/mturk/preview?hitId={}">Preview</a></div></div>',
            *(kind.title, f"{kind.reward:.2f}", kind.description),
            *(counts.available, hit.maximum, kind.duration // 60, hit.id),
        )

    # --- Working ---

    def _preview(self, request: Request) -> Reply:
        hit = self._chosen(request.query)
        address = self._address(hit, {"assignmentId": NOT_AVAILABLE, "hitId": hit.id})
        buttons = markup(
            '<form method="post" action="/mturk/accept"><input type="hidden" name="hitId" value="{}">'
            '<label>Worker id <input name="workerId" value="{}" required pattern="A[A-Z0-9]+"></label>'
            '<button class="go">Accept</button></form>',
            hit.id,
            request.cookies.get("worker", "A1NEWCOMER"),
        )
        return self._framed(hit, address, buttons, "Preview")

    def _accept(self, request: Request) -> Reply:
        form = dict(request.form)
        me = _worker_id(form.get("workerId") or request.cookies.get("worker", ""))
        with self.market.world.store.transaction():
            taken = workers.accept(self.market, self._chosen(form), me)
        return redirect(f"/mturk/continue?{urlencode({'assignmentId': taken.id})}", _cookie(me))

    def _work(self, request: Request) -> Reply:
        taken = self._held(request.query.get("assignmentId", ""))
        hit = self.market.hits[taken.hit_id]
        asked = {"assignmentId": taken.id, "hitId": hit.id, "workerId": taken.worker_id, "turkSubmitTo": self._url()}
        buttons = markup(
            '<span class="soft">You are {}. {} minutes left.</span><form method="post" action="/mturk/return">'
            '<input type="hidden" name="assignmentId" value="{}"><button>Return</button></form>',
            *(taken.worker_id, max(0, int(taken.deadline - self.market.now)) // 60, taken.id),
        )
        return self._framed(hit, self._address(hit, asked), buttons, "Work")

    def _return(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            workers.give_back(self.market, self._held(dict(request.form).get("assignmentId", "")))
        return redirect("/")

    def _submit(self, request: Request) -> Reply:
        fields = request.form
        key = dict(fields).get("assignmentId") or request.query.get("assignmentId", "")
        with self.market.world.store.transaction():
            done = workers.submit(self.market, key, fields)
        return show(
            "Your HIT was submitted",
            markup(
                '<p class="card right" role="status">Thank you, {}. <a href="/" target="_top">Find more</a></p>',
                done.worker_id,
            ),
        )

    def _framed(self, hit: Hit, address: str | None, buttons: Html, title: str) -> Reply:
        kind = self.market.type_of(hit)
        frame = markup('<iframe title="The HIT" src="{}"></iframe>', address) if address else _no_frame(hit)
        head = markup(
            '<div class="card"><div class="row"><span><strong>{}</strong> · ${}</span>{}</div>'
            '<span class="soft">{}</span></div>',
            *(kind.title, f"{kind.reward:.2f}", buttons, kind.description),
        )
        return show(f"{title}: {kind.title}", markup("{}{}", head, frame))

    def _address(self, hit: Hit, asked: Mapping[str, str]) -> str | None:
        address = external_url(hit.question) if hit.question else None
        if address is None:
            return None
        parts = urlsplit(address)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(asked))))))

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

    # --- The worker ---

    def _who(self, request: Request) -> Reply:
        me = request.cookies.get("worker", "A1NEWCOMER")
        form = markup(
            '<div class="card"><form method="post" action="/mturk/worker"><label>Worker id '
            '<input name="workerId" value="{}" required pattern="A[A-Z0-9]+"></label><button class="go">Work as this'
            "</button></form><p class=soft>Any id that begins with A: capitals and digits.</p></div>",
            me,
        )
        return show("Who am I?", form)

    def _become(self, request: Request) -> Reply:
        return redirect("/", _cookie(_worker_id(dict(request.form).get("workerId", ""))))

    def _dashboard(self, request: Request) -> Reply:
        me = request.cookies.get("worker", "")
        rows = [self._line(each) for each in reversed(self.market.assignments.where("worker_id", me))]
        bonus = sum(each.amount for each in self.market.bonuses.where("worker_id", me))
        letters = [
            markup('<div class="card"><strong>{}</strong><p>{}</p></div>', each.subject, each.text)
            for each in self.market.letters.where("worker_id", me)
        ]
        table = markup(
            '<div class="wide"><table><thead><tr><th>HIT</th><th>State</th><th class="num">Reward</th></tr></thead>'
            "<tbody>{}</tbody></table></div><p>Bonuses: ${}</p>{}",
            *(joined(rows), f"{bonus:.2f}", joined(letters)),
        )
        return show(f"Work of {me}", table if rows else markup('<p class="card">No work yet.</p>'))

    def _line(self, each: Assignment) -> Html:
        kind = self.market.type_of(self.market.hits[each.hit_id])
        go = markup('<a href="/mturk/continue?assignmentId={}">continue</a>', each.id)
        return markup(
            '<tr><td>{}</td><td>{} {}</td><td class="num">${}</td></tr>',
            *(kind.title, each.status, go if each.status == "Accepted" else Html(), f"{kind.reward:.2f}"),
        )


def show(title: str, content: Html, status: int = 200) -> Reply:
    """A page of the workers' site."""
    return page(PLATFORM, title, content, links=LINKS, status=status)


def _no_frame(hit: Hit) -> Html:
    return markup(
        '<p class="card">This stand-in shows external questions only. The HIT asks:</p><pre>{}</pre>', hit.question
    )


def _worker_id(text: str) -> str:
    if not WORKER_ID.match(text):
        raise Refusal(f"{text!r} is not a worker id: A, then capitals and digits.")
    return text


def _cookie(worker: str) -> str:
    return f"worker={worker}; Path=/; SameSite=Lax"
