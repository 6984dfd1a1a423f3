"""What every test of this room leaves as it was."""

from collections.abc import Iterator

import pytest

from analysis.learning.data import folders
from analysis.learning.data.folders import allow_folders


@pytest.fixture(autouse=True)
def other_folders() -> Iterator[None]:
    """Other tests find their data where they did before."""
    before = list(folders._FOLDERS)
    yield
    allow_folders(before)
