"""After the secret key was changed: people's ids sealed anew and their digests made anew, some at a time.

Nobody is lost meanwhile: what was made under a key before is read as long as SECRET_KEY_FALLBACKS has it. Each heap is
a transaction; killed anywhere, the next run goes on, and what is done stays done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import QuerySet

from participants.identity import digest_of
from participants.models import Participant, VaultEntry
from participants.signing import cipher_for, is_current

VAULT = b"vault"

Turn = Callable[[], int]

TURNS: dict[str, Turn] = {}
"""What else follows from the key, by a name in the plural. A room above adds its own in `ready()`: a function that may
be called again, and says how many it turned."""


NEEDS: dict[str, Callable[[], int]] = {}
"""What cannot be turned and still needs a key before today's, by a name in the plural: how many."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """People. turned: by this run. current: before it. doubled: known a second time under the new key, which keeps
    their old digest. unreadable: sealed under a key that is not known. without_vault: recognised, but nobody knows
    their id, so that their digest stays the old key's.
    """

    turned: int = 0
    current: int = 0
    doubled: int = 0
    unreadable: int = 0
    without_vault: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the keys before can be forgotten without losing anybody."""
        return not (self.doubled or self.unreadable or self.without_vault)

    def __add__(self, other: Rotated) -> Rotated:
        return Rotated(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def rotate_people(*, at_once: int = 500, told: Callable[[Rotated], None] = lambda rotated: None) -> Rotated:
    """Everybody in the vault, by primary key. told: what is done by now, after each heap."""
    known = Participant.objects.filter(vault=None).exclude(external_digest="").count()
    done, last = Rotated(without_vault=known), 0
    while pks := list(_in_vault().filter(pk__gt=last).values_list("pk", flat=True)[:at_once]):
        done += rotate_some(pks)
        last = pks[-1]
        told(done)
    return done


def still_needed() -> dict[str, int]:
    """Why a key before today's may not be forgotten yet; empty if it may."""
    return {name: n for name, count in NEEDS.items() if (n := count())}


def sealed_before() -> int:
    """How many people's ids are sealed under a key before today's."""
    entries = VaultEntry.objects.values_list("ciphertext", flat=True)
    return sum(not is_current(VAULT, bytes(each)) for each in entries.iterator())


def rotate_rest() -> dict[str, int]:
    """What other rooms keep under the key: how many of each were turned."""
    return {name: turn() for name, turn in TURNS.items()}


@transaction.atomic
def rotate_some(pks: Sequence[int]) -> Rotated:
    """These people, locked; who was erased meanwhile is left alone."""
    people = list(_in_vault().filter(pk__in=pks).select_for_update(of=("self",), no_key=True).order_by("pk"))
    entries = {entry.participant_id: entry for entry in VaultEntry.objects.filter(participant__in=people)}
    ids = {person.pk: _opened(entries[person.pk]) for person in people if person.pk in entries}
    wanted = {person: digest_of(person.platform, ids[person.pk] or "") for person in people if ids.get(person.pk)}
    owners = _owners(wanted)
    sealed = [entries[pk] for pk, external_id in ids.items() if external_id is not None and _seal(entries[pk])]
    doubled = [each for each in wanted if owners.setdefault(_key(each, wanted[each]), each.pk) != each.pk]
    new = [each for each in wanted if each.external_digest != wanted[each] and each not in doubled]
    for person in new:
        person.external_digest = wanted[person]
    VaultEntry.objects.bulk_update(sealed, ["ciphertext"])
    Participant.objects.bulk_update(new, ["external_digest"])
    turned = len({entry.participant_id for entry in sealed} | {person.pk for person in new})
    unreadable = sum(external_id is None for external_id in ids.values())
    return Rotated(turned, len(ids) - turned - unreadable, len(doubled), unreadable)


def _in_vault() -> QuerySet[Participant]:
    return Participant.objects.filter(vault__isnull=False).order_by("pk")


def _opened(entry: VaultEntry) -> str | None:
    try:
        return cipher_for(VAULT).decrypt(bytes(entry.ciphertext)).decode()
    except InvalidToken:
        return None


def _seal(entry: VaultEntry) -> bool:
    """Whether it was not sealed under today's key; it is by now."""
    if is_current(VAULT, bytes(entry.ciphertext)):
        return False
    entry.ciphertext = cipher_for(VAULT).encrypt(cipher_for(VAULT).decrypt(bytes(entry.ciphertext)))
    return True


def _key(person: Participant, digest: str) -> tuple[int, str, str]:
    return person.study_id, person.platform, digest


def _owners(wanted: dict[Participant, str]) -> dict[tuple[int, str, str], int]:
    """(study, platform, digest) > who has it already."""
    rows = Participant.objects.filter(external_digest__in=set(wanted.values()))
    return {_key(person, person.external_digest): person.pk for person in rows}
