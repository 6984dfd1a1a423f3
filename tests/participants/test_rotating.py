"""Another secret key: everybody is known before, while and after their ids are sealed anew, and nobody twice."""

from __future__ import annotations

import os
import signal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from experiments.models import Study
from machina_site import secret_key
from machina_site.management.commands import rotate_vault
from participants.arrivals import Arrival, sealed, unsealed
from participants.capability import session_uuid_of, token_of
from participants.identity import digest_of, external_id_of, find_participant, participant_of
from participants.models import Participant, VaultEntry
from participants.services import rotating
from participants.services.erasing import erase_person
from participants.services.rotating import Rotated, rotate_people, sealed_before
from tests.factories import make_study
from tests.studies import NOON, enter_session, running

OLD, NEW = (
    "the-old-key-of-fifty-characters-for-tests-0123456789",
    "the-new-key-of-fifty-characters-for-tests-9876543210",
)
PEOPLE = 7


@pytest.fixture
def study(db: None, settings: Settings) -> Study:
    """With people from the time of the old key; by now the new one is set, and the old one is a fallback."""
    return _with_people(settings)


def _with_people(settings: Settings) -> Study:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    study = make_study()
    for number in range(PEOPLE):
        participant_of(study, platform="mturk", external_id=f"A{number}")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    return study


def known(study: Study) -> list[str | None]:
    """The id of whoever is found by it, for everybody."""
    people = (find_participant(study, platform="mturk", external_id=f"A{number}") for number in range(PEOPLE))
    return [external_id_of(person) if person else None for person in people]


EVERYBODY = [f"A{number}" for number in range(PEOPLE)]


def test_whoever_came_under_the_old_key_is_the_same_person_under_the_new_one(study: Study) -> None:
    again = [participant_of(study, platform="mturk", external_id=each) for each in EVERYBODY]

    assert known(study) == EVERYBODY
    assert len({each.pk for each in again}) == Participant.objects.count() == PEOPLE


def test_afterwards_the_new_key_alone_is_enough(study: Study, settings: Settings) -> None:
    assert rotate_people(at_once=3) == Rotated(turned=PEOPLE)
    assert sealed_before() == 0

    settings.SECRET_KEY_FALLBACKS = []
    assert known(study) == EVERYBODY


def test_saying_it_again_changes_nothing(study: Study) -> None:
    rotate_people()
    rows = list(VaultEntry.objects.order_by("pk").values_list("ciphertext", flat=True))

    assert rotate_people() == Rotated(current=PEOPLE)

    assert [bytes(each) for each in VaultEntry.objects.order_by("pk").values_list("ciphertext", flat=True)] == [
        bytes(each) for each in rows
    ]


def test_without_the_old_key_nothing_is_touched_and_that_is_said(study: Study, settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = []

    assert rotate_people() == Rotated(unreadable=PEOPLE)
    with pytest.raises(CommandError, match="7 ids were sealed under a key that nobody names"):
        call_command("rotate_vault", stderr=StringIO())

    settings.SECRET_KEY_FALLBACKS = [OLD]
    assert known(study) == EVERYBODY


def test_who_is_known_twice_keeps_the_old_digest_and_the_old_key_has_to_stay(study: Study, settings: Settings) -> None:
    """A program that knew only the new key let somebody in who had come before."""
    settings.SECRET_KEY_FALLBACKS = []
    participant_of(study, platform="mturk", external_id="A3")
    settings.SECRET_KEY_FALLBACKS = [OLD]

    rotated = rotate_people()

    assert (rotated.doubled, rotated.is_whole) == (1, False)
    assert known(study) == EVERYBODY


def test_who_was_erased_stays_unknown(study: Study) -> None:
    person = find_participant(study, platform="mturk", external_id="A1")
    assert person is not None
    erase_person(person, now=NOON)

    assert rotate_people() == Rotated(turned=PEOPLE - 1)

    person.refresh_from_db()
    assert (person.external_digest, external_id_of(person)) == ("", None)


def test_links_that_people_hold_stay_good(study: Study, settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    session = enter_session(running())
    token, form = token_of(session.uuid), sealed(Arrival("mturk", "x", "A1", "3A"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

    assert session_uuid_of(token) == session.uuid
    assert unsealed(form).external_id == "A1"
    settings.SECRET_KEY_FALLBACKS = []
    assert session_uuid_of(token) is None


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_heap_it_goes_on_where_it_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 of the program, in the transaction, after another heap was done."""
    study = _with_people(settings)
    connection.close()

    child = os.fork()
    if child == 0:  # from here on a program of its own
        _die_at_the_fifth(monkeypatch)
        rotate_people(at_once=3)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL

    assert known(study) == EVERYBODY
    assert sealed_before() == PEOPLE - 3
    assert rotate_people(at_once=3) == Rotated(turned=PEOPLE - 3, current=3)
    settings.SECRET_KEY_FALLBACKS = []
    assert known(study) == EVERYBODY


def _die_at_the_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def digest(platform: str, external_id: str) -> str:
        seen.append(external_id)
        if len(seen) == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return digest_of(platform, external_id)

    monkeypatch.setattr(rotating, "digest_of", digest)


def test_the_command_goes_through_all_four_steps(
    study: Study, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "secret_key"
    key.write_text(OLD)
    monkeypatch.setattr(rotate_vault, "KEY", key)
    monkeypatch.delenv("SECRET_KEY", raising=False)

    assert "restart every process" in said("--new-key")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key.read_text(), secret_key.read_before(key)
    assert settings.SECRET_KEY_FALLBACKS == [OLD]
    assert f"sealed before: {PEOPLE}" in said("--check")
    assert "keys forgotten: 1" in said("--forget")

    settings.SECRET_KEY_FALLBACKS = secret_key.read_before(key)
    assert settings.SECRET_KEY_FALLBACKS == []
    assert known(study) == EVERYBODY


def test_a_key_of_the_environment_is_not_made_under_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rotate_vault, "KEY", tmp_path / "secret_key")
    monkeypatch.setenv("SECRET_KEY", OLD)

    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        said("--new-key")

    assert list(tmp_path.iterdir()) == []


def said(*options: str) -> str:
    out = StringIO()
    call_command("rotate_vault", *options, stdout=out, stderr=StringIO())
    return out.getvalue()
