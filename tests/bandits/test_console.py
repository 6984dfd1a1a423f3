"""The console shows what was decided and learnt, and changes none of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from bandits.models import Decision, PolicyState, Reward
from bandits.services.deciding import Asked, decide
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward
from experiments.models import Membership, Role
from tests.factories import make_study, make_user
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db

LISTS = ("decision", "reward", "policystate")


def member(client: Client, role: str) -> Client:
    """Signed in, a member of a study with one rewarded decision."""
    user = make_user()
    experiment = make_learner(make_study(members={user: role}))
    decision, _ = decide(experiment, Asked("device-18", {"page": "menu-18"}), now=NOON)
    reward(experiment, Sent(decision.uuid, True), now=NOON)
    fold(experiment, now=NOON)
    client.force_login(user)
    return client


def rows() -> dict[str, int]:
    return {
        "decision": Decision.objects.get().pk,
        "reward": Reward.objects.get().pk,
        "policystate": PolicyState.objects.get(number=2).pk,
    }


def test_an_owner_looks_at_lists_and_rows_and_can_change_none(client: Client) -> None:
    owner = member(client, Role.OWNER)
    for name, pk in rows().items():
        assert owner.get(reverse(f"admin:bandits_{name}_changelist")).status_code == 200
        page = reverse(f"admin:bandits_{name}_change", args=[pk])
        assert owner.get(page).status_code == 200
        assert owner.post(page, {"value": "0", "number": "9"}).status_code == 403
        assert owner.get(reverse(f"admin:bandits_{name}_add")).status_code == 403
    assert Reward.objects.get().value == 1


def test_a_decision_is_found_by_the_first_digits_of_its_id(client: Client) -> None:
    owner = member(client, Role.OWNER)
    digits = Decision.objects.get().uuid.hex[:6]
    address = reverse("admin:bandits_decision_changelist")

    assert "device-18" in owner.get(address, {"q": digits}).content.decode()
    assert "device-18" not in owner.get(address, {"q": "nothing"}).content.decode()


def test_a_viewer_sees_decisions_without_context_and_no_rewards(client: Client) -> None:
    viewer = member(client, Role.VIEWER)
    decision = reverse("admin:bandits_decision_change", args=[rows()["decision"]])

    assert "menu-18" not in viewer.get(decision).content.decode()
    for name in ("reward", "policystate"):
        assert viewer.get(reverse(f"admin:bandits_{name}_changelist")).status_code == 403


def test_a_stranger_finds_nothing(client: Client) -> None:
    member(client, Role.OWNER)
    user = make_user()
    make_study(members={user: Role.OWNER})
    client.force_login(user)

    for name in LISTS:
        assert "device-18" not in client.get(reverse(f"admin:bandits_{name}_changelist")).content.decode()
    page = client.get(reverse("admin:bandits_decision_change", args=[rows()["decision"]]))
    assert page.status_code in (302, 403, 404)


def test_a_researcher_leaves_a_decision_out_and_a_viewer_cannot(client: Client) -> None:
    member(client, Role.RESEARCHER)
    address = reverse("admin:bandits_decision_changelist")
    chosen = {"action": "exclude_selected", "_selected_action": [rows()["decision"]]}
    told = client.post(address, chosen, follow=True).content.decode()

    assert "1 decisions are left out; 1 that were learnt are unlearnt within seconds" in told
    assert Decision.objects.get().excluded == "by hand"
    client.post(address, {**chosen, "action": "include_selected"})
    assert Decision.objects.get().excluded == ""
    viewer = make_user()
    Membership.objects.create(study=Decision.objects.get().experiment.study, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert "your role does not include this" in client.post(address, chosen, follow=True).content.decode()
    assert Decision.objects.get().excluded == ""


def test_decisions_of_one_minute_are_told_apart_and_found_by_any_part_of_their_ids(client: Client) -> None:
    owner = member(client, Role.OWNER)
    first = Decision.objects.get()
    second, _ = decide(first.experiment, Asked("device-19"), now=NOON)
    reward(first.experiment, Sent(second.uuid, False), now=NOON)
    assert first.uuid.hex[:8] == second.uuid.hex[:8]

    for name in ("decision", "reward"):
        address = reverse(f"admin:bandits_{name}_changelist")
        page = owner.get(address).content.decode()
        assert f"…{first.uuid.hex[-12:]}<" in page
        assert f"…{second.uuid.hex[-12:]}<" in page
        for part in (str(second.uuid), second.uuid.hex, str(second.uuid)[-12:], "…" + second.uuid.hex[14:24]):
            found = owner.get(address, {"q": part}).content.decode()
            assert str(second.uuid) in found
            assert str(first.uuid) not in found


def test_more_decisions_than_one_sentence_can_answer_for_are_refused_whole(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(client, Role.RESEARCHER)
    monkeypatch.setattr("bandits.admin_excluding.MOST", 0)
    chosen = {"action": "exclude_selected", "_selected_action": [rows()["decision"]]}
    told = client.post(reverse("admin:bandits_decision_changelist"), chosen, follow=True).content.decode()

    assert "Nothing was changed: choose at most 0 decisions at once." in told
    assert Decision.objects.get().excluded == ""
