"""Differences over the API: read by members, acted on by those who may run things."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.models import Posting
from crowd.reconcile.words import PostingWish
from experiments.models import Membership, Role
from tests.api.conftest import Program, program
from tests.crowd.pursuing.conftest import Site
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def asker(site: Site, role: str) -> Program:
    study, user = site.campaign.experiment.study, make_user()
    Membership.objects.create(study=study, user=user, role=role)
    return program(user, role=role, study=study)


def test_a_member_reads_them_and_only_who_may_run_things_tries_again(site: Site) -> None:
    site.posting()
    Posting.objects.update(desired=PostingWish.CLOSED, refused="closed/9", trouble="It may not.")
    study = site.campaign.experiment.study
    where = f"/studies/{study.slug}/crowd/"
    viewer, researcher = asker(site, Role.VIEWER), asker(site, Role.RESEARCHER)

    read = viewer.get(f"{where}differences/").json()
    subject = read["differences"][0]["subject"]
    refused = viewer.post(f"{where}retry/", {"subject": subject})
    taken = researcher.post(f"{where}retry/", {"subject": subject})
    look = researcher.post(f"{where}look/", {})

    assert read["differences"][0]["kind"] == "posting_refused"
    assert (refused.status_code, taken.status_code, look.status_code) == (403, 202, 202)
    assert look.json() == {"accounts": 1}
    assert Posting.objects.get().refused == ""


def test_the_list_costs_the_reviewed_queries(site: Site) -> None:
    site.posting()
    viewer = asker(site, Role.VIEWER)
    address = f"/studies/{site.campaign.experiment.study.slug}/crowd/differences/"

    with CaptureQueriesContext(connection) as queries:
        viewer.get(address)

    assert len(queries) == reviewed("api:crowd differences")
