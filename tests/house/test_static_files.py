"""Static files are collected when one has changed, and only then."""

from pathlib import Path

from pytest_django.fixtures import Settings

from machina_site.launch import static_files


def test_they_are_collected_once_and_again_when_one_changes(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("p {}")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = root = tmp_path / "static"

    assert static_files.collect(root)
    assert not static_files.collect(root)

    (source / "a.css").write_text("p { color: red }")
    assert static_files.collect(root)
    assert (root / "a.css").read_text() == "p { color: red }"
