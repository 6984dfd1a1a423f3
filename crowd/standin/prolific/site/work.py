"""Finding studies, taking part, and coming back with a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from crowd.standin.kernel.http import Refusal, Reply, Request, redirect
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import button, table
from crowd.standin.prolific import people
from crowd.standin.prolific.accounting import taken
from crowd.standin.prolific.errors import Refused
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.records import Letter, Study, Submission
from crowd.standin.prolific.site.frame import cookie, me, participant_id, pounds, show

COMPLETE = "/submissions/complete"
NO_STUDIES = "No studies at the moment. They appear here as soon as a researcher publishes some."


class WorkPages:
    """Browse, take part, return, complete."""

    def __init__(self, market: Market) -> None:
        self.market = market

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path. Coming back with a code completes on a GET: so it is at Prolific."""
        return {
            "GET /": self._find,
            "GET /study": self._study,
            "POST /study/take-part": self._take_part,
            "GET /submissions": self._mine,
            "POST /submissions/return": self._return,
            "POST /submissions/code": self._enter,
            f"GET {COMPLETE}": self._complete,
            "GET /account": self._who,
            "POST /account": self._become,
        }

    def _find(self, request: Request) -> Reply:
        cards = [
            self._card(study)
            for study in reversed(self.market.studies.all())
            if self.market.status(study) == "ACTIVE" and self._may_see(study, me(request))
        ]
        shown = joined([*self._continued(me(request)), *cards])
        return show("Studies", shown or markup('<p class="card">{}</p>', NO_STUDIES))

    def _continued(self, participant: str) -> list[Html]:
        """The study that is under way, if there is one."""
        mine = self.market.submissions.where("participant_id", participant)
        held = next((each for each in mine if each.status == "ACTIVE"), None)
        if held is None:
            return []
        text = '<div class="card right"><div class="row"><span>Under way: <strong>{}</strong></span>{}</div></div>'
        link = markup('<a class="button" href="/study?id={}">Continue</a>', held.study_id)
        return [markup(text, self.market.studies[held.study_id].name, link)]

    def _may_see(self, study: Study, participant: str) -> bool:
        """There is a place, nobody bars them, and they were not in it before."""
        mine = self.market.submissions.where("participant_id", participant)
        been = any(each.study_id == study.id and each.status != "RETURNED" for each in mine)
        is_free = taken(self.market.counts(study)) < study.places
        return is_free and not been and not self.market.is_kept_out(study, participant)

    def _card(self, study: Study) -> Html:
        hourly = study.reward * 60 / study.minutes
        return markup(
            '<div class="card"><div class="row"><h2>{}</h2><strong>{}</strong></div><p>{}</p>'
            '<div class="row"><span class="soft">{} minutes · {} an hour · {} of {} places free</span>'
            '<a class="button" href="/study?id={}">Open study</a></div></div>',
            *(study.name, pounds(study.reward), study.description, study.minutes, pounds(hourly)),
            *(study.places - taken(self.market.counts(study)), study.places, study.id),
        )

    def _study(self, request: Request) -> Reply:
        study = self.market.study(request.query.get("id", ""))
        held = self._held(me(request), study)
        if held is not None:
            return show(study.name, self._under_way(study, held))
        form = (
            '<div class="card"><p>{}</p><p class="soft">{} · about {} minutes · at most {} minutes</p>'
            '<form method="post" action="/study/take-part"><input type="hidden" name="id" value="{}">'
            '<label>Participant <input name="participant" value="{}" required pattern="[0-9a-f]{{24}}" size="26">'
            '</label><button class="go">Take part</button></form></div>'
        )
        reward = pounds(study.reward)
        text = markup(form, study.description, reward, study.minutes, study.most_minutes, study.id, me(request))
        return show(study.name, text)

    def _under_way(self, study: Study, held: Submission) -> Html:
        """The link to the study, and what one does without being sent back."""
        left = max(0, int(held.deadline - self.market.now)) // 60
        asked = _asked_back(held)
        return markup(
            '{}<div class="card"><p>{}</p>'
            '<div class="row"><span>You hold a place · <strong>{}</strong> · {} minutes left</span>'
            '<a class="button" href="{}" target="_blank" rel="noopener">Open the study</a></div>'
            '<p class="soft">It brings you back here by itself when you have finished.</p></div>'
            '<div class="card"><div class="row"><form method="post" action="/submissions/code">'
            '<input type="hidden" name="id" value="{}"><label>Were you not brought back? Your code '
            '<input name="code" size="14" autocomplete="off"></label>'
            "<button>Submit</button></form>{}</div></div>",
            *(asked, study.description, pounds(study.reward), left, address_of(study, held), held.id),
            button("/submissions/return", "Stop and return", {"id": held.id}),
        )

    def _take_part(self, request: Request) -> Reply:
        form = dict(request.form)
        participant = participant_id(form.get("participant") or me(request))
        with self.market.world.store.transaction():
            people.take_part(self.market, self.market.study(form.get("id", "")), participant)
        return redirect(f"/study?id={quote(form.get('id', ''))}", cookie(participant))

    def _mine(self, request: Request) -> Reply:
        rows = [self._line(each) for each in reversed(self.market.submissions.where("participant_id", me(request)))]
        heads = ["Study", "State", "#Reward", "#Bonus", "Code", ""]
        letters = [markup('<p class="card">{}</p>', each.text) for each in self._letters(me(request))]
        return show(
            "My submissions",
            markup("{}<h2>Messages</h2>{}", table(heads, rows, "You have not taken part yet."), joined(letters))
            if letters
            else table(heads, rows, "You have not taken part yet."),
        )

    def _letters(self, participant: str) -> list[Letter]:
        return list(reversed(self.market.letters.where("participant_id", participant)))

    def _line(self, each: Submission) -> list[object]:
        study = self.market.studies[each.study_id]
        bonus = sum(bonus.amount for bonus in self.market.bonuses.where("submission_id", each.id))
        note: object = each.message
        if each.status == "ACTIVE":
            note = markup('<a href="/study?id={}">Continue</a>', study.id)
        elif each.return_asked and each.status == "AWAITING REVIEW":
            note = button("/submissions/return", "Return", {"id": each.id})
        reward = pounds(each.paid if each.paid else study.reward)
        return [study.name, each.status, reward, f"£{bonus:.2f}" if bonus else "", each.code, note]

    def _return(self, request: Request) -> Reply:
        with self.market.world.store.transaction():
            people.give_back(self.market, self._mine_named(request, dict(request.form).get("id", "")))
        return redirect("/submissions")

    def _enter(self, request: Request) -> Reply:
        form = dict(request.form)
        code = form.get("code", "").strip()
        with self.market.world.store.transaction():
            people.submit(self.market, self._mine_named(request, form.get("id", "")), code or "NOCODE")
        return redirect("/submissions")

    def _complete(self, request: Request) -> Reply:
        """The one submission that is under way; who has none is told so, and nothing changes."""
        mine = self.market.submissions.where("participant_id", me(request))
        held = [each for each in mine if each.status == "ACTIVE"]
        if not held:
            raise Refusal("You have no submission under way. If you took too long, write to the researcher.")
        with self.market.world.store.transaction():
            people.submit(self.market, held[0], request.query.get("cc", "").strip() or "NOCODE")
        text = '<p class="card right" role="status">Thank you. <a href="/submissions">My submissions</a></p>'
        return show("Your submission is in", markup(text))

    def _mine_named(self, request: Request, key: str) -> Submission:
        found = self.market.submissions.get(key)
        if found is None or found.participant_id != me(request):
            raise Refused("This is no submission of yours.", status=404)
        return found

    def _held(self, participant: str, study: Study) -> Submission | None:
        mine = self.market.submissions.where("participant_id", participant)
        return next((each for each in mine if each.study_id == study.id and each.status == "ACTIVE"), None)

    def _who(self, request: Request) -> Reply:
        form = (
            '<div class="card"><form method="post" action="/account"><label>Participant '
            '<input name="participant" value="{}" required pattern="[0-9a-f]{{24}}" size="26"></label>'
            '<button class="go">Take part as this one</button></form><p class="soft">Any 24 digits, or letters from a '
            "to f: everybody is somebody here.</p></div>"
        )
        return show("Who am I?", markup(form, me(request)))

    def _become(self, request: Request) -> Reply:
        return redirect("/", cookie(participant_id(dict(request.form).get("participant", ""))))


def address_of(study: Study, submission: Submission) -> str:
    """The study's address with its placeholders filled in."""
    values = {"PROLIFIC_PID": submission.participant_id, "STUDY_ID": study.id, "SESSION_ID": submission.id}
    address = study.url
    for name, value in values.items():
        address = address.replace("{{%" + name + "%}}", value)
    return address


def _asked_back(submission: Submission) -> Html:
    if submission.return_asked is None:
        return Html()
    reasons = ", ".join(submission.return_reasons)
    return markup('<p class="card wrong" role="alert">The researcher asks you to return this: {}</p>', reasons)
