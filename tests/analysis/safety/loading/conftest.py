from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.learning.data import folders
from analysis.learning.data.folders import allow_folders
from tests.analysis.safety.loading.tables import Folder


@pytest.fixture(autouse=True)
def other_folders() -> Iterator[None]:
    """Other tests find their data where they did before."""
    before = list(folders._FOLDERS)
    yield
    allow_folders(before)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
