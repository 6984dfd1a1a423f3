"""Names of ours that follow from the secret key, made anew after it was changed. Each may be called again."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from crowd.models import ExclusionSet, Posting, Submission
from crowd.reads.claims import link_claims
from crowd.reads.exclusions import installation_marks
from crowd.reconcile.words import PostingSight, PostingWish
from participants.identity import external_ids_of
from participants.signing import current_mark

AT_ONCE = 500


def turn_link_claims() -> int:
    """Whoever came by a plain link is known there by a digest of their id: how many were made anew."""
    return sum(_turn_claims(pks) for pks in _heaps())


@transaction.atomic
def turn_list_names() -> int:
    """Lists bear a mark of this installation: how many bear today's by now. The platforms keep theirs.

    One that a process under each key has made meanwhile keeps its name: today's is there, and fills by itself.
    """
    today, *before = installation_marks()
    turned = 0
    for mark in before:
        for row in ExclusionSet.objects.filter(name__endswith=f" {mark}").select_for_update():
            name = f"{row.name.removesuffix(mark)}{today}"
            if not ExclusionSet.objects.filter(account=row.account_id, name=name).exists():
                row.name = name
                row.save(update_fields=["name"])
                turned += 1
    return turned


def postings_of_old_keys() -> int:
    """Those that people may still hand in under, with codes that the platform was told under a key before."""
    over = (PostingSight.GONE, PostingSight.ABSENT)
    rows = Posting.objects.filter(campaign__account__platform="prolific").exclude(key_mark=current_mark())
    return rows.exclude(desired=PostingWish.GONE).exclude(observed__in=over).exclude(external_id="").count()


def _heaps() -> Iterator[list[int]]:
    last = 0
    rows = Submission.objects.filter(posting__campaign__account__platform="link").order_by("pk")
    while pks := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        yield pks
        last = pks[-1]


@transaction.atomic
def _turn_claims(pks: list[int]) -> int:
    rows = list(Submission.objects.filter(pk__in=pks).select_for_update(of=("self",), no_key=True).order_by("pk"))
    people = external_ids_of([row.participant_id for row in rows])
    turned = []
    for row in rows:
        today, *before = link_claims(people.get(row.participant_id, ""))
        if row.external_id in before:
            row.external_id = today
            turned.append(row)
    Submission.objects.bulk_update(turned, ["external_id"])
    return len(turned)
