"""Who somebody is, kept so that no other table knows: a keyed digest to recognise them, a vault to find them again."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.models import Study
from participants.models import Participant, VaultEntry
from participants.signing import cipher_for, digests_for, secrets_known


def digest_of(platform: str, external_id: str) -> str:
    """HMAC-SHA256 of a platform's id, 64 hex digits. Without our key nobody can try ids against it."""
    return digests_of(platform, external_id)[0]


def digests_of(platform: str, external_id: str) -> tuple[str, ...]:
    """The same under each key that is known, today's first: somebody may have come before the key was changed."""
    return tuple(each.hex() for each in digests_for(b"identity", f"{platform}\x1f{external_id}".encode()))


def find_participant(study: Study, *, platform: str, external_id: str) -> Participant | None:
    """Whoever has that id in the study, under whichever key; nobody is made."""
    digests = digests_of(platform, external_id)
    found = Participant.objects.filter(study=study, platform=platform, external_digest__in=digests)
    return found.order_by("pk").first()


def participant_of(study: Study, *, platform: str, external_id: str) -> Participant:
    """The participant with that id, made if new; without an id a new anonymous one. Call it in a transaction."""
    if not external_id:
        return Participant.objects.create(study=study, platform=platform)
    if len(secrets_known()) > 1:
        known = find_participant(study, platform=platform, external_id=external_id)
        if known is not None:
            return known
    participant, is_new = Participant.objects.get_or_create(
        study=study, platform=platform, external_digest=digest_of(platform, external_id)
    )
    if is_new:
        VaultEntry.objects.create(
            participant=participant, ciphertext=cipher_for(b"vault").encrypt(external_id.encode())
        )
    return participant


def external_id_of(participant: Participant) -> str | None:
    """The platform's id out of the vault; None if there is none or it was erased."""
    entry = VaultEntry.objects.filter(participant=participant).first()
    return cipher_for(b"vault").decrypt(bytes(entry.ciphertext)).decode() if entry else None


def external_ids_of(participants: Sequence[int]) -> dict[int, str]:
    """{primary key: id out of the vault} of those who have one. One query."""
    entries = VaultEntry.objects.filter(participant__in=participants).values_list("participant", "ciphertext")
    vault = cipher_for(b"vault")
    return {pk: vault.decrypt(bytes(ciphertext)).decode() for pk, ciphertext in entries}
