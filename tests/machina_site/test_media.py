"""Pictures for participants' pages: served from one folder, able to do nothing."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db  # Django looks after its connections when a file has been sent


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "secret.txt").write_text("not for anybody")
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def test_a_picture_is_served_and_may_run_no_script(client: Client, folder: Path) -> None:
    (folder / "plot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    response = client.get("/media/plot.svg")
    response.close()

    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("path", ["", "none.png", "../secret.txt", "%2e%2e/secret.txt", "..%2Fsecret.txt", "%00"])
def test_nothing_else_is_served(client: Client, folder: Path, path: str) -> None:
    response = client.get(f"/media/{path}")

    assert response.status_code in (400, 404)
    assert b"not for anybody" not in response.content


def test_a_picture_cannot_be_changed_from_outside(client: Client, folder: Path) -> None:
    (folder / "plot.svg").write_text("<svg/>")

    for method in (client.post, client.put, client.delete):
        assert method("/media/plot.svg").status_code == 405

    assert (folder / "plot.svg").read_text() == "<svg/>"
