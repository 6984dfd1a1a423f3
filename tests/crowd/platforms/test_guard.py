"""No live platform is called unless the installation, the account and, for money, a person say so."""

import pytest
from pytest_django.fixtures import Settings

from crowd.errors import LivePlatform, NeedsOperator
from crowd.platforms.base import Link
from crowd.platforms.guard import permit, require_spending
from crowd.platforms.mturk.kind import MTURK, PRODUCTION, SANDBOX


@pytest.mark.parametrize("endpoint", ["", PRODUCTION, SANDBOX])
def test_a_test_calls_no_live_platform(endpoint: str) -> None:
    with pytest.raises(LivePlatform, match="calls no live platform"):
        permit(MTURK, Link("mturk", endpoint, is_production=True))


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8700", "http://localhost:8700", "http://[::1]:8700"])
def test_a_stand_in_of_this_machine_may_be_called(endpoint: str) -> None:
    permit(MTURK, Link("mturk", endpoint))


def test_a_stand_in_elsewhere_may_be_called_once_it_is_named(settings: Settings) -> None:
    link = Link("mturk", "http://stand-in:8700")
    with pytest.raises(LivePlatform, match="neither Mechanical Turk's nor a stand-in's: stand-in"):
        permit(MTURK, link)

    settings.CROWD_STANDIN_HOSTS = ["stand-in"]
    permit(MTURK, link)


def test_real_money_needs_an_account_for_production(settings: Settings) -> None:
    settings.CROWD_LIVE = True

    with pytest.raises(LivePlatform, match="Money is real"):
        permit(MTURK, Link("mturk", PRODUCTION))

    permit(MTURK, Link("mturk", is_production=True))
    permit(MTURK, Link("mturk"))


def test_without_production_the_sandbox_is_meant() -> None:
    assert MTURK.endpoint_of(Link("mturk")) == SANDBOX
    assert MTURK.endpoint_of(Link("mturk", is_production=True)) == PRODUCTION


@pytest.mark.parametrize("endpoint", [PRODUCTION + ".evil.example", "https://evil.example/?" + PRODUCTION])
def test_an_address_that_looks_like_the_platforms_is_none(endpoint: str, settings: Settings) -> None:
    settings.CROWD_LIVE = True
    with pytest.raises(LivePlatform, match="neither"):
        permit(MTURK, Link("mturk", endpoint, is_production=True))


def test_real_money_is_spent_only_once_a_person_confirmed_the_cost() -> None:
    with pytest.raises(NeedsOperator, match="Nobody confirmed"):
        require_spending(Link("mturk", is_production=True))

    require_spending(Link("mturk", is_production=True, may_spend=True))
    require_spending(Link("mturk"))
