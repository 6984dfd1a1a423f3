"""The console's pages of methods: found by words, read about, asked with an example or with one's own data."""

from __future__ import annotations

import re
from html import unescape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analysis.statistics.methods import METHODS
from analysis.toolbox.showing.asked import form_of
from experiments.models import Experiment
from tests.analysis.results.conftest import ARMS_OF_SOUP, MEASURES, measured
from tests.analysis.toolbox.tables import doors
from tests.api.conftest import counts
from tests.factories import make_experiment, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
PAGE = "/console/methods/"


@pytest.fixture
def experiment() -> Experiment:
    return make_experiment(slug="soup", measures=MEASURES, arms=ARMS_OF_SOUP)


@pytest.fixture
def guest(client: Client) -> Client:
    """Signed in, a member of no study."""
    user = make_user("guest")
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def words(answer: HttpResponseBase) -> str:
    content = getattr(answer, "content", b"").decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def typed(key: str, **changed: str) -> dict[str, str]:
    """The form as it comes, with its example."""
    door = {method.key: door for method, door in doors()}[key]
    form = form_of(METHODS[key], door, None)
    fields = {each.name: each.value for each in form.columns} | {each.name: each.value for each in form.settings}
    return {"data": form.data, **fields, **changed}


def test_nobody_but_who_is_signed_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.post(f"{PAGE}welch/", {}).status_code == 302


def test_the_list_is_found_by_words_and_few_queries(guest: Client) -> None:
    guest.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        page = words(guest.get(PAGE))
    assert len(asked) == reviewed("console:methods")
    assert f"{len(METHODS)} methods" in page
    assert "Agreement and reliability" in page

    found = words(guest.get(f"{PAGE}?search=lagged+nonsense"))
    assert "No method speaks of that" in found
    assert "Cohen's kappa" in words(guest.get(f"{PAGE}?search=kappa"))


def test_a_method_says_what_it_promises_and_carries_its_example(guest: Client) -> None:
    page = words(guest.get(f"{PAGE}cohen-kappa/"))

    assert "Agreement of two judges beyond chance." in page
    assert "Cohen (1960)" in page
    assert "ann,bob" in page


def test_its_example_is_answered_with_picture_command_and_call_and_nothing_is_stored(guest: Client) -> None:
    before = counts()
    answer = guest.post(f"{PAGE}welch/", typed("welch"))

    assert "“vivid” against “plain”: 8.46, with 95 % confidence between 3.48 and 13.44" in words(answer)
    assert b'class="r-chart"' in answer.content
    assert "./machina manage statistics welch --csv data.csv --value rating --group menu" in words(answer)
    assert "POST /api/v1/methods/welch/" in words(answer)
    assert counts() == before


def test_pasted_data_are_read_and_settings_kept(guest: Client) -> None:
    fields = typed(
        "welch", data="a;b\n1,5;x\n2;x\n4;y\n6;y", **{"column-value": "a", "column-group": "b", "set-level": "0.2"}
    )
    page = words(guest.post(f"{PAGE}welch/", fields))

    assert "“y” against “x”: 3.25, with 80 % confidence" in page
    assert "--set level=0.2" in page


def test_what_does_not_fit_is_said_with_its_place_and_what_was_typed_stays(guest: Client) -> None:
    answer = guest.post(f"{PAGE}welch/", typed("welch", data="rating,menu\n3,plain\nmuch,<b>vivid\n"))

    assert "Row 2 of “rating”: “much” is no number." in words(answer)
    assert "much,&lt;b&gt;vivid" in answer.content.decode()


def test_without_an_answer_its_sentence_is_shown(guest: Client) -> None:
    page = words(guest.post(f"{PAGE}welch/", typed("welch", data="rating,menu\n3,plain\n")))

    assert "No answer One group alone has nothing to be compared with." in page


def test_data_may_come_in_another_shape(guest: Client) -> None:
    page = guest.get(f"{PAGE}welch/?shape=1").content.decode()

    assert "menu,mean,sd,n" in page
    assert 'name="column-sd"' in page
    assert guest.get(f"{PAGE}welch/?shape=99").status_code == 200


def test_an_experiment_s_download_is_a_table_too(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25, 24], "vivid": [40, 38, 45, 41]})
    out = StringIO()
    asked = ("statistics", "welch", "--experiment", "soup", "--table", "long", "--where", "measure=score")

    call_command(*asked, "--value", "value", "--group", "arm", "--set", "control=plain", stdout=out)

    assert "“vivid” against “plain”: 18.25, with 95 % confidence" in out.getvalue()
    with pytest.raises(CommandError, match="There is no experiment “stew”"):
        call_command("statistics", "welch", "--experiment", "stew")


def test_a_method_without_a_door_says_where_it_is_and_an_unknown_one_is_not_found(guest: Client) -> None:
    assert "It reads no data: `manage.py power`" in words(guest.get(f"{PAGE}power/"))
    assert guest.get(f"{PAGE}welsh/").status_code == 404
