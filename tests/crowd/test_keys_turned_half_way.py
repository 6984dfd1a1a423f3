"""The secret key is turned while people come and go: whatever is turned already and whatever is not, nobody is lost."""

from __future__ import annotations

from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from crowd.models import ExclusionSet, Posting, Submission
from crowd.reads.claims import link_claims
from crowd.reads.exclusions import wanted_by
from crowd.services.excluding import want_lists
from crowd.services.turning_keys import turn_link_claims, turn_list_names
from participants.models import Session
from participants.signing import current_mark
from tests.crowd.arriving import agree
from tests.crowd.factories import make_account, make_campaign, make_posting
from tests.crowd.test_plain_link import link
from tests.participants.test_rotating import NEW, OLD
from tests.studies import running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def before(settings: Settings) -> None:
    """It begins under the old key."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []


def turn(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


def came_by(posting: Posting) -> Submission:
    agree(Client(), link(posting, "4711"))
    return Submission.objects.get(posting=posting)


def by_link() -> Posting:
    campaign = make_campaign(running(), make_account(platform="link", endpoint=""), terms={"reward": "0"})
    return make_posting(campaign, places=1, desired="open", observed="open")


def test_whose_claims_are_turned_in_part_keeps_each_of_them(settings: Settings) -> None:
    one, other = by_link(), by_link()
    first, _ = came_by(one), came_by(other)
    turn(settings)
    Submission.objects.filter(pk=first.pk).update(external_id=link_claims("4711")[0])  # killed after the first heap

    for posting in (one, other):
        assert Client().get(link(posting, "4711")).status_code == 302
    assert turn_link_claims() == 1
    for posting in (one, other):
        assert Client().get(link(posting, "4711")).status_code == 302
    assert (Submission.objects.count(), Session.objects.count()) == (2, 2)


def test_an_id_that_no_key_opens_is_told_in_words_where_its_person_came_by_a_link(settings: Settings) -> None:
    mine = came_by(by_link())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []

    with pytest.raises(CommandError, match="1 ids were sealed under a key that nobody names"):
        call_command("rotate_vault", stderr=StringIO(), stdout=StringIO())
    assert Submission.objects.get().external_id == mine.external_id


def test_a_list_that_was_made_under_both_keys_stops_nobody_from_turning(settings: Settings) -> None:
    campaign = make_campaign()
    (old,) = want_lists(campaign)
    turn(settings)
    (wanted,) = wanted_by(campaign)
    ExclusionSet.objects.create(account=campaign.account, name=wanted.name, scope=wanted.scope, study=wanted.study)

    assert turn_list_names() == 0
    assert ExclusionSet.objects.filter(pk=old.pk, name=old.name).exists()


def test_postings_from_before_marks_are_of_the_eldest_key_whatever_today_s_is() -> None:
    steps = import_module("crowd.migrations.0014_keys_and_codes").Migration.operations
    marks = [each for each in steps if getattr(each, "name", "") == "key_mark"]

    assert [each.field.get_default() for each in marks] == ["", current_mark()]
