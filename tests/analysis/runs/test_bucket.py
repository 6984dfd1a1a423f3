"""Checkpoints in an S3 bucket, by a local stand-in that real clients talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import override_settings
from django.utils import timezone
from moto.server import ThreadedMotoServer

from analysis.learning.running import State
from analysis.runs import store
from analysis.runs.errors import Spoiled, StoreRefused
from analysis.runs.models import Checkpoint, Status
from analysis.runs.services.claiming import Hold, claim_runs
from analysis.runs.services.keeping import keep_checkpoint, kept_of, newest_state, sweep_files
from analysis.runs.working.worker import Errand, Worker
from machina_site.runs_storage import runs_storage
from tests.analysis.runs.walking import only_run, walks
from tests.settings import STORAGES

BUCKET = "machina-runs"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """Says what lies in it."""
    for name, value in {
        "AWS_ENDPOINT_URL_S3": server,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
        "RUNS_BUCKET": BUCKET,
    }.items():
        monkeypatch.setenv(name, value)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)

    def names() -> list[str]:
        return [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    with override_settings(STORAGES={**STORAGES, "runs": runs_storage(Path("unused"))}):
        yield names
    for name in names():
        s3.delete_object(Bucket=BUCKET, Key=name)
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.django_db(transaction=True)
def test_a_run_keeps_its_checkpoints_in_the_bucket_and_lets_old_ones_go(bucket: Callable[[], list[str]]) -> None:
    batch = walks([{}])

    Worker().work(Errand(until_empty=True))

    run = only_run(batch)
    checkpoint = run.checkpoints.get()
    assert run.status == Status.COMPLETED
    assert bucket() == [f"runs/{checkpoint.path}"]
    saved = newest_state(run)
    assert saved is not None
    assert saved.epoch == 3
    assert b"".join(store.pieces(kept_of(checkpoint))) == store.content(kept_of(checkpoint))


@pytest.mark.django_db
def test_what_is_gone_from_the_bucket_is_told(bucket: Callable[[], list[str]]) -> None:
    walks([{}])
    (run,) = claim_runs(worker="one", now=timezone.now())
    checkpoint = keep_checkpoint(Hold(run.pk, run.attempt), State(), epoch=1, values={}, now=timezone.now())
    store.drop(checkpoint.path)

    with pytest.raises(Spoiled, match="is gone"):
        store.content(kept_of(checkpoint))


@pytest.mark.django_db
def test_a_bucket_that_is_not_there_refuses_and_nothing_is_kept(
    bucket: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNS_BUCKET", "another-bucket")
    walks([{}])
    (run,) = claim_runs(worker="one", now=timezone.now())

    with override_settings(STORAGES={**STORAGES, "runs": runs_storage(Path("unused"))}), pytest.raises(StoreRefused):
        keep_checkpoint(Hold(run.pk, run.attempt), State(), epoch=1, values={}, now=timezone.now())

    assert not Checkpoint.objects.exists()
    assert bucket() == []


@pytest.mark.django_db
def test_files_that_no_row_knows_are_swept_from_the_bucket(bucket: Callable[[], list[str]]) -> None:
    storages["runs"].save("folder/forgotten.safetensors", ContentFile(b"half"))

    assert sweep_files(now=timezone.now()) == 0
    assert sweep_files(now=timezone.now() + timedelta(hours=2)) == 1

    assert bucket() == []
