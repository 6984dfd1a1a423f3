"""A house at Prolific's stand-in."""

from collections.abc import Iterator

import pytest

from crowd.platforms.prolific import client
from crowd.standin.control_client import Control
from tests.crowd.prolific.house import House, house_at
from tests.crowd.running import prolific_thread


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    """A fresh one; reads are tried again at once."""
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))
    with prolific_thread() as running:
        yield running


@pytest.fixture
def house(db: None, standin: Control) -> House:
    """With a draft of a campaign for three people."""
    return house_at(standin)
