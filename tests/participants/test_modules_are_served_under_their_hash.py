"""Scripts are kept by the browser for good: their names, and those they import, change with what is in them."""

import re
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile

from participants.static_files import ModuleStorage

ROOT = Path(__file__).resolve().parents[2]


def collected(target: Path) -> Path:
    """Our scripts, post-processed as on a real server."""
    storage = ModuleStorage(location=target, base_url="/static/")
    source = ROOT / "participants" / "static"
    paths = {}
    for script in sorted((source / "participants" / "js").glob("*.js")):
        name = str(script.relative_to(source))
        storage.save(name, ContentFile(script.read_bytes()))
        paths[name] = (StaticFilesStorage(location=target), name)
    assert [outcome for _, _, outcome in storage.post_process(paths) if isinstance(outcome, Exception)] == []
    return target / "participants" / "js"


def test_an_import_names_the_hashed_file(tmp_path: Path) -> None:
    folder = collected(tmp_path)

    (page,) = folder.glob("page.????????????.js")
    imported = re.findall(r'from "\./([^"]+)"', page.read_text())

    assert len(imported) == 5
    assert all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) and (folder / name).exists() for name in imported)
