"""What each role may do in the console: membership alone decides, and of other studies there is nothing to see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from experiments.models import Experiment, Role, Study
from tests.console import change_url, press, typed
from tests.factories import make_experiment, make_session, make_study, make_user

pytestmark = pytest.mark.django_db
ROLES = (Role.OWNER, Role.RESEARCHER, Role.ANALYST, Role.VIEWER)


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def login(client: Client, study: Study) -> Callable[[str], Client]:
    def as_member(role: str) -> Client:
        user = make_user()
        study.memberships.create(user=user, role=role)
        client.force_login(user)
        return client

    return as_member


PAGES: dict[str, Callable[[Experiment], str]] = {
    "overview": lambda e: reverse("admin:index"),
    "studies": lambda e: reverse("admin:experiments_study_changelist"),
    "study": lambda e: change_url(e.study),
    "experiment": change_url,
    "sessions": lambda e: reverse("admin:participants_session_changelist"),
    "diary": lambda e: reverse("admin:experiments_event_changelist"),
    "monitor": lambda e: reverse("monitor", args=[e.slug]),
    "monitor, live": lambda e: reverse("monitor_live", args=[e.slug]),
    "walk through": lambda e: reverse("walk_through", args=[e.pk]),
    "yaml": lambda e: reverse("admin:experiments_experiment_file", args=[e.pk]),
    "measurements": lambda e: reverse("admin:experiments_measurement_changelist"),
    "pages answered": lambda e: reverse("admin:participants_trial_changelist"),
    "new step": lambda e: reverse("admin:experiments_step_add") + f"?experiment={e.pk}",
    "new token": lambda e: reverse("admin:experiments_apitoken_add"),
    "users": lambda e: reverse("admin:auth_user_changelist"),
}
EVERYBODY = ("overview", "studies", "study", "experiment", "sessions", "diary", "monitor", "monitor, live")
LOOKING = (*EVERYBODY, "walk through", "yaml")
ALLOWED = {
    Role.VIEWER: {*LOOKING},
    Role.ANALYST: {*LOOKING, "measurements", "pages answered"},
    Role.RESEARCHER: {*LOOKING, "measurements", "pages answered", "new step"},
    Role.OWNER: {*LOOKING, "measurements", "pages answered", "new step", "new token"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_the_roles_that_include_it(
    login: Callable[[str], Client], study: Study, role: str, page: str
) -> None:
    experiment = make_experiment(study)

    status = login(role).get(PAGES[page](experiment)).status_code

    assert status == (200 if page in ALLOWED[Role(role)] else 403)


@pytest.mark.parametrize("role", ROLES)
def test_buttons_work_for_those_who_may_run(login: Callable[[str], Client], study: Study, role: str) -> None:
    experiment = make_experiment(study)

    press(login(role), experiment, "pause")

    experiment.refresh_from_db()
    assert experiment.status == ("paused" if role in (Role.OWNER, Role.RESEARCHER) else "running")


@pytest.mark.parametrize("role", ROLES)
def test_only_owners_add_members(login: Callable[[str], Client], study: Study, role: str) -> None:
    newcomer, client = make_user(), login(role)
    data = typed(client.get(change_url(study)))  # type: ignore[arg-type]  # the test client's own response
    count = int(data.get("memberships-TOTAL_FORMS", "0"))
    added = {f"memberships-{count}-username": newcomer.username, f"memberships-{count}-role": "viewer"}

    client.post(change_url(study), {**data, **added, "memberships-TOTAL_FORMS": str(count + 1)})

    assert study.memberships.filter(user=newcomer).exists() == (role == Role.OWNER)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("overview", "studies", "new token")])
def test_of_a_foreign_study_there_is_nothing_to_see(login: Callable[[str], Client], page: str) -> None:
    foreign = make_experiment(title="The secret plan")
    make_session(foreign, pages=None)

    response = login(Role.OWNER).get(PAGES[page](foreign), follow=True)

    assert "The secret plan" not in response.content.decode()


def test_of_a_foreign_study_no_button_works(login: Callable[[str], Client]) -> None:
    foreign = make_experiment()

    response = press(login(Role.OWNER), foreign, "pause")

    assert response.status_code == 404
    assert Experiment.objects.get(pk=foreign.pk).status == "running"


def test_the_console_is_closed_to_who_is_not_staff(client: Client) -> None:
    experiment = make_experiment()
    client.force_login(make_user(is_staff=False))

    for page in ("overview", "experiment", "monitor", "walk through"):
        assert client.get(PAGES[page](experiment)).status_code == 302


def test_staff_without_a_study_find_empty_lists_not_closed_doors(client: Client) -> None:
    make_session(make_experiment(title="The secret plan"))
    client.force_login(make_user())

    for page in ("overview", "studies", "sessions", "diary"):
        answer = client.get(PAGES[page](Experiment.objects.get()))
        assert answer.status_code == 200
        assert "The secret plan" not in answer.content.decode()


def test_staff_without_a_study_can_begin_one_and_own_it(client: Client) -> None:
    user: User = make_user()
    client.force_login(user)
    columns = {"title": "Mine", "slug": "mine", "languages": "en, de", "retention_days": "30", "currency": "EUR"}

    response = client.post(reverse("admin:experiments_study_add"), {**columns, "budget": "10"})

    assert response.status_code == 302
    study = Study.objects.get(slug="mine")
    assert study.languages == ["en", "de"]
    assert study.memberships.get().role == Role.OWNER


@pytest.mark.parametrize(("role", "sees"), [(Role.VIEWER, False), (Role.ANALYST, True)])
def test_what_people_answered_is_for_those_who_may_download(
    login: Callable[[str], Client], study: Study, role: str, sees: bool
) -> None:
    unit = make_session(make_experiment(study), attributes={"age": "about-forty"}).unit

    page = login(role).get(reverse("admin:experiments_unit_change", args=[unit.pk])).content.decode()

    assert ("about-forty" in page) is sees
