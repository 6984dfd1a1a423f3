"""Prolific's stand-in keeps Prolific's rules: what is refused, what codes do, what money is held and paid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from crowd.standin.control_client import Control
from crowd.standin.crowds.browsing import browser
from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.operations import ROUTES
from crowd.standin.prolific.server import ProlificStandIn
from tests.crowd.running import prolific_thread

ONE, TWO = f"{1:024x}", f"{2:024x}"
REASON = "Two of the three attention checks were failed, and every one of the pages was answered within a second."


class Api:
    """Calls with a token."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def ask(self, method: str, path: str, body: Json | None = None, *, status: int = 200) -> Json:
        with browser(headers={"Authorization": "Token any"}) as http:
            reply = http.request(method, f"{self.control.url}/api/v1/{path}", json=body)
        assert reply.status_code == status, reply.text
        return dict(reply.json()) if reply.content else {}

    def study(self, *codes: Json, status: int = 201, **fields: Any) -> str:
        body = {
            "name": "Rate ten pictures",
            "description": "Ten pages.",
            "external_study_url": "https://study.example.org/?id={{%PROLIFIC_PID%}}",
            "prolific_id_option": "url_parameters",
            "completion_codes": list(codes) or [code("DONE", "MANUALLY_REVIEW")],
            "total_available_places": 3,
            "estimated_completion_time": 5,
            "reward": 100,
            **fields,
        }
        return str(self.ask("POST", "studies/", body, status=status).get("id", ""))

    def published(self, *codes: Json, **fields: Any) -> str:
        study = self.study(*codes, **fields)
        self.ask("POST", f"studies/{study}/transition/", {"action": "PUBLISH"})
        return study

    def submission(self, key: str) -> Json:
        return self.ask("GET", f"submissions/{key}/")

    def move(self, key: str, action: str, *, status: int = 200, **fields: object) -> Json:
        return self.ask("POST", f"submissions/{key}/transition/", {"action": action, **fields}, status=status)


def code(text: str, *actions: str, actor: str = "participant", **fields: object) -> Json:
    rows = [{"action": action, **fields} for action in actions]
    return {"code": text, "code_type": "OTHER", "actor": actor, "actions": rows}


@pytest.fixture
def api(standin: Control) -> Api:
    return Api(standin)


def test_without_a_token_nothing_is_answered(standin: Control) -> None:
    assert httpx.get(f"{standin.url}/api/v1/studies/").status_code == 401


def test_a_draft_costs_nothing_and_publishing_holds_rewards_and_fees(api: Api) -> None:
    study = api.study()
    assert api.control.ledger()["held"] == "0.00"

    api.ask("POST", f"studies/{study}/transition/", {"action": "PUBLISH"})

    assert api.control.ledger()["held"] == "4.29"
    assert api.ask("GET", f"studies/{study}/cost/") == {"total_cost": 429, "fees": 129, "vat": 0}


def test_what_is_wrong_with_a_study_is_said_by_field(api: Api) -> None:
    refusal = api.ask("POST", "studies/", {"name": "x"}, status=400)["error"]

    assert "completion_codes" in refusal["detail"]
    api.study(total_available_places=0, status=400)
    api.study(reward=1.5, status=400)
    api.study(code("A", "FLY"), status=400)
    api.study(code("A", "MANUALLY_REVIEW"), code("A", "MANUALLY_REVIEW"), status=400)
    assert api.ask("GET", "studies/")["results"] == []


def test_once_published_only_the_internal_name_and_more_places(api: Api) -> None:
    study = api.published()

    api.ask("PATCH", f"studies/{study}/", {"total_available_places": 5, "internal_name": "mine"})
    api.ask("PATCH", f"studies/{study}/", {"total_available_places": 4}, status=400)
    api.ask("PATCH", f"studies/{study}/", {"reward": 200}, status=400)
    api.ask("DELETE", f"studies/{study}/", status=400)

    assert api.ask("GET", f"studies/{study}/")["total_available_places"] == 5


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (code("C", "AUTOMATICALLY_APPROVE"), "APPROVED"),
        (code("C", "MANUALLY_REVIEW"), "AWAITING REVIEW"),
        (code("C", "REQUEST_RETURN", return_reason="No consent"), "AWAITING REVIEW"),
        (code("C", "FIXED_SCREEN_OUT_PAYMENT", fixed_screen_out_reward=20, slots=5), "SCREENED OUT"),
    ],
)
def test_a_code_does_what_the_study_says(api: Api, made: Json, status: str) -> None:
    study = api.published(made)

    done = api.control.work(study, ONE, code="C")

    shown = api.submission(done)
    assert (shown["status"], shown["study_code"]) == (status, "C")
    assert bool(shown["return_requested"]) == (made["actions"][0]["action"] == "REQUEST_RETURN")


def test_a_code_puts_people_into_groups_and_groups_keep_them_out(api: Api) -> None:
    group = str(api.ask("POST", "participant-groups/", {"name": "Been here"}, status=201)["id"])
    first = api.published(code("C", "ADD_TO_PARTICIPANT_GROUP", participant_group=group))
    api.control.work(first, ONE, code="C")
    barred = {"filter_id": "participant_group_blocklist", "selected_values": [group]}
    second = api.published(filters=[barred])

    with pytest.raises(RuntimeError, match="not eligible"):
        api.control.accept(second, ONE)
    assert api.control.accept(second, TWO)


def test_a_code_that_nobody_knows_goes_to_the_researcher_as_it_was_entered(api: Api) -> None:
    done = api.control.work(api.published(), ONE, code="guess")

    assert (api.submission(done)["status"], api.submission(done)["study_code"]) == ("AWAITING REVIEW", "guess")


def test_the_researchers_code_is_no_participants(api: Api) -> None:
    study = api.published(code("MINE", "AUTOMATICALLY_APPROVE", actor="researcher"), code("C", "MANUALLY_REVIEW"))
    theirs, ours = api.control.work(study, ONE, code="MINE"), api.control.accept(study, TWO)

    api.move(ours, "COMPLETE", completion_code="C", status=400)
    done = api.move(ours, "COMPLETE", completion_code="MINE")

    assert (api.submission(theirs)["status"], done["status"]) == ("AWAITING REVIEW", "APPROVED")


def test_a_share_of_the_reward_can_be_paid_for_what_the_researcher_completes(api: Api) -> None:
    study = api.published(code("PART", "DYNAMIC_PAYMENT", actor="researcher"))
    claim = api.control.accept(study, ONE)

    half = {"percentage_of_reward": 50}
    done = api.move(claim, "COMPLETE", completion_code="PART", completion_code_data=half)

    assert done["status"] == "PARTIALLY APPROVED"
    assert api.control.ledger()["totals"]["reward"] == "0.50"


def test_a_rejection_needs_a_reason_of_a_hundred_characters_and_a_category(api: Api) -> None:
    study = api.published()
    done = api.control.work(study, ONE, code="DONE")

    api.move(done, "REJECT", message="Too fast.", rejection_category="TOO_QUICKLY", status=400)
    api.move(done, "REJECT", message=REASON, rejection_category="BECAUSE", status=400)
    api.move(done, "REJECT", message=REASON, rejection_category="TOO_QUICKLY")

    assert api.submission(done)["status"] == "REJECTED"
    assert api.ask("GET", f"studies/{study}/")["places_taken"] == 0


def test_one_study_at_a_time_and_each_once_but_who_returns_may_come_again(api: Api) -> None:
    first, second = api.published(), api.published()
    claim = api.control.accept(first, ONE)
    with pytest.raises(RuntimeError, match="one study at a time"):
        api.control.accept(second, ONE)
    api.control.give_back(claim)

    again = api.control.work(first, ONE, code="DONE")

    assert again != claim
    with pytest.raises(RuntimeError, match="already taken part"):
        api.control.accept(first, ONE)


def test_who_is_too_slow_frees_the_place(api: Api) -> None:
    study = api.published(total_available_places=1, maximum_allowed_time=10)
    slow = api.control.accept(study, ONE)
    with pytest.raises(RuntimeError, match="no places left"):
        api.control.accept(study, TWO)

    api.control.advance(601)

    assert api.submission(slow)["status"] == "TIMED-OUT"
    assert api.control.accept(study, TWO)


def test_paying_a_bonus_twice_pays_it_twice(api: Api) -> None:
    study = api.published()
    done = api.control.work(study, ONE, code="DONE")
    batch = api.ask(
        "POST", "submissions/bonus-payments/", {"study_id": study, "csv_bonuses": f"{done},0.30"}, status=201
    )
    assert (batch["amount"], batch["fees"], batch["total_amount"]) == (30, 13, 43)
    assert "bonus" not in api.control.ledger()["totals"]

    for _ in range(2):
        api.ask("POST", f"bulk-bonus-payments/{batch['id']}/pay/", status=202)

    assert api.submission(done)["bonus_payments"] == [30, 30]
    assert api.control.ledger()["totals"]["bonus"] == "0.60"


def test_a_bonus_for_somebody_else_is_refused_whole(api: Api) -> None:
    study = api.published()
    done = api.control.work(study, ONE, code="DONE")
    lines = f"{done},0.30\n{TWO},0.30"

    api.ask("POST", "submissions/bonus-payments/", {"study_id": study, "csv_bonuses": lines}, status=400)
    api.ask("POST", "submissions/bonus-payments/", {"study_id": study, "csv_bonuses": f"{done},-1"}, status=400)

    assert api.submission(done)["bonus_payments"] == []


def test_publishing_takes_its_time_where_it_is_told_to(api: Api) -> None:
    api.control.settings(publishing=60)
    study = api.published()
    assert api.ask("GET", f"studies/{study}/")["status"] == "PUBLISHING"

    api.control.advance(61)

    assert api.ask("GET", f"studies/{study}/")["status"] == "ACTIVE"


def test_too_many_calls_are_told_when_to_come_back(api: Api) -> None:
    api.control.fault("*", "throttle")
    headers = {"Authorization": "Token any"}
    reply = httpx.get(f"{api.control.url}/api/v1/studies/", headers=headers)

    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "2")


def test_every_call_has_a_name_of_its_own() -> None:
    addresses = [(method, path) for method, path, _ in ROUTES.values()]

    assert len(set(addresses)) == len(ROUTES)


def test_pages_of_the_site_say_that_they_are_a_stand_ins(api: Api) -> None:
    study = api.published()
    with browser() as http:
        for path in ("/", f"/study?id={study}", "/submissions", "/account", "/researcher", "/nowhere"):
            assert "Stand-in</strong> for Prolific" in http.get(f"{api.control.url}{path}").text, path


def test_coming_back_without_a_place_changes_nothing(api: Api) -> None:
    api.published()
    reply = httpx.get(f"{api.control.url}/submissions/complete?cc=DONE")

    assert reply.status_code == 400
    assert api.control.ask("GET", "assignments")["assignments"] == []


def test_nobody_returns_or_submits_what_is_somebody_elses(api: Api) -> None:
    claim = api.control.accept(api.published(), ONE)
    with browser(cookies={"participant": TWO}) as http:
        for path in ("/submissions/return", "/submissions/code"):
            http.post(f"{api.control.url}{path}", data={"id": claim, "code": "DONE"})

    assert api.submission(claim)["status"] == "ACTIVE"


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "prolific.journal"
    first = ProlificStandIn(journal).start()
    api = Api(Control(first.url))
    study = api.published()
    done = api.control.work(study, ONE, code="DONE")
    before = (api.submission(done), api.ask("GET", f"studies/{study}/"), api.control.ledger())
    first.stop()

    second = ProlificStandIn(journal).start()
    try:
        again = Api(Control(second.url))
        assert (again.submission(done), again.ask("GET", f"studies/{study}/"), again.control.ledger()) == before
    finally:
        second.stop()


def test_lists_come_in_pages_by_number_or_by_offset(api: Api) -> None:
    study = api.published(total_available_places=45)
    api.control.work_all(study, [f"{number:024x}" for number in range(45)])

    first = api.ask("GET", f"submissions/?study={study}")
    last = api.ask("GET", f"studies/{study}/submissions/?limit=20&offset=40")

    assert (len(first["results"]), first["meta"]["count"]) == (20, 45)
    assert "page=2" in first["_links"]["next"]["href"]
    assert (len(last["results"]), last["_links"]["next"]["href"]) == (5, None)


def test_a_fresh_stand_in_is_empty() -> None:
    with prolific_thread() as fresh:
        assert Api(fresh).ask("GET", "users/me/")["available_balance"] == 1_000_000
