"""Who a worker is, what they earned, and which qualifications they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from crowd.standin.kernel.http import Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import button, table
from crowd.standin.mturk import asking
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Assignment, QualificationType
from crowd.standin.mturk.site.frame import cookie, dollars, me, show, worker_id


class PersonPages:
    """Of the worker whose browser this is."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path."""
        return {
            "GET /mturk/worker": self._who,
            "POST /mturk/worker": self._become,
            "GET /mturk/dashboard": self._dashboard,
            "GET /mturk/qualifications": self._qualifications,
            "POST /mturk/requestqualification": self._request,
        }

    def _who(self, request: Request) -> Reply:
        form = (
            '<div class="card"><form method="post" action="/mturk/worker"><label>Worker id '
            '<input name="workerId" value="{}" required pattern="A[A-Z0-9]+"></label><button class="go">Work as this'
            '</button></form><p class="soft">Any id that begins with A, of capitals and digits: everybody is somebody '
            "here, with 500 approved HITs, in the US, unless the requester's tests say otherwise.</p></div>"
        )
        return show("Who am I?", markup(form, me(request)))

    def _become(self, request: Request) -> Reply:
        return redirect("/", cookie(worker_id(dict(request.form).get("workerId", ""))))

    def _dashboard(self, request: Request) -> Reply:
        worker = me(request)
        mine = list(reversed(self.market.assignments.where("worker_id", worker)))
        work = table(
            ["HIT", "State", "#Reward", ""], [self._line(each) for each in mine], f"{worker} has not worked yet."
        )
        bonuses = self.market.bonuses.where("worker_id", worker)
        paid = table(
            ["Bonus for", "Reason", "#Amount"],
            [[self._title(self.market.assignments[b.assignment_id]), b.reason, dollars(b.amount)] for b in bonuses],
            "No bonuses yet.",
        )
        letters = [
            markup('<div class="card"><strong>{}</strong><p>{}</p></div>', each.subject, each.text)
            for each in reversed(self.market.letters.where("worker_id", worker))
        ]
        total = sum((b.amount for b in bonuses), self._earned(mine))
        head = markup("<p>Paid so far: <strong>{}</strong></p>", dollars(total))
        mail = joined(letters) or markup('<p class="card soft">No letters.</p>')
        return show(f"Work of {worker}", markup("{}{}<h2>Bonuses</h2>{}<h2>Letters</h2>{}", head, work, paid, mail))

    def _earned(self, mine: list[Assignment]) -> Decimal:
        rewards = [self._reward(each) for each in mine if each.status == "Approved"]
        return sum(rewards, Decimal(0))

    def _reward(self, each: Assignment) -> Decimal:
        return self.market.type_of(self.market.hits[each.hit_id]).reward

    def _title(self, each: Assignment) -> str:
        return self.market.type_of(self.market.hits[each.hit_id]).title

    def _line(self, each: Assignment) -> list[object]:
        link = markup('<a href="/mturk/continue?assignmentId={}">Continue</a>', each.id)
        note = link if each.status == "Accepted" else each.feedback
        return [self._title(each), each.status, dollars(self._reward(each)), note]

    def _qualifications(self, request: Request) -> Reply:
        rows = [
            [kind.name, kind.description, self._having(kind, me(request))]
            for kind in self.market.qualification_types.all()
            if kind.deleted is None
        ]
        return show("Qualifications", table(["Name", "Description", ""], rows, "Requesters have made none yet."))

    def _having(self, kind: QualificationType, worker: str) -> Html | str:
        has = self.market.qualifications.get(f"{kind.id} {worker}")
        if has is not None and has.status == "Granted":
            return f"You have it: {has.value}"
        if any(
            each.worker_id == worker and each.status == "Pending"
            for each in self.market.requests.where("type_id", kind.id)
        ):
            return "Requested"
        return button("/mturk/requestqualification", "Request", {"qualificationTypeId": kind.id})

    def _request(self, request: Request) -> Reply:
        fields = dict(request.form)
        with self.market.world.store.transaction():
            asking.request_qualification(self.market, fields.get("qualificationTypeId", ""), me(request))
        return redirect("/mturk/qualifications")
