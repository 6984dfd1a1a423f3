"""Somebody opens the work in two tabs and agrees in both at the same moment: one person, one claim, one session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from crowd.models import Budget, Submission
from participants.models import Participant, Session
from tests.crowd.arriving import form_of, link, offered
from tests.crowd.factories import dollars

pytestmark = pytest.mark.django_db(transaction=True)
TABS = 4


def test_agreeing_in_several_tabs_at_once_enters_once() -> None:
    posting = offered()
    forms = [form_of(Client().get(link(posting)).content.decode()) for _ in range(TABS)]

    def agree(form: dict[str, str]) -> str:
        try:
            answer = Client().post(link(posting).split("?")[0], {**form, "decision": "agree"})
            return f"{answer.status_code} {answer.get('Location')}"
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as pool:
        answers = set(pool.map(agree, forms))

    assert len(answers) == 1
    assert next(iter(answers)).startswith("303 ")
    assert (Participant.objects.count(), Session.objects.count(), Submission.objects.count()) == (1, 1, 1)
    assert Budget.objects.get().reserved == dollars("1.20")
