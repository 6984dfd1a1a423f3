"""What waits for the server is neither lost nor doubled, whatever falls meanwhile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.runs.spool import InUse, Line, Spool, left_behind

NOW = "2026-11-22T05:00:00+00:00"


class Server:
    """Keeps each key once, as the log does. falls: at which calls it fails, before or after it has taken the events."""

    def __init__(self, falls: Sequence[str] = ()) -> None:
        self.kept: dict[str, Line] = {}
        self.falls = list(falls)

    def take(self, lines: Sequence[Line]) -> None:
        fall = self.falls.pop(0) if self.falls else ""
        if fall == "before":
            raise ConnectionError
        for line in lines:
            self.kept.setdefault(line.key, line)
        if fall == "after":
            raise ConnectionError


def add(spool: Spool, *numbers: int) -> None:
    for number in numbers:
        spool.add("runs/a" if number % 3 else "runs/b", "tuner.note", {"n": number}, at=NOW)


def numbers(server: Server) -> list[object]:
    return [line.payload["n"] for line in server.kept.values()]


def test_what_is_said_while_the_server_is_away_arrives_in_order(tmp_path: Path) -> None:
    spool, server = Spool(tmp_path), Server(["before", "before"])
    add(spool, *range(10))
    for _ in range(2):
        with pytest.raises(ConnectionError):
            spool.deliver(server.take)

    assert spool.deliver(server.take, at_most=3) == 10
    assert numbers(server) == list(range(10))
    assert len(spool) == 0
    assert spool.deliver(server.take) == 0
    spool.close()


def test_a_publisher_that_was_killed_leaves_its_words_to_the_next_one(tmp_path: Path) -> None:
    killed, server = Spool(tmp_path), Server()
    add(killed, 0, 1)
    killed.deliver(server.take)
    add(killed, 2, 3)
    killed.close()

    (name,) = left_behind(tmp_path)
    heir = Spool(tmp_path, name)
    heir.deliver(server.take)

    assert numbers(server) == [0, 1, 2, 3]
    assert left_behind(tmp_path) == []
    heir.close(forget=True)
    assert list(tmp_path.iterdir()) == []


def test_a_line_torn_by_the_fall_of_the_machine_never_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "torn")
    add(spool, 0, 1)
    spool.close()
    with spool.path.open("ab") as file:
        file.write(json.dumps({"topic": "runs/a"}).encode()[:9])

    server, again = Server(), Spool(tmp_path, "torn")
    add(again, 2)
    again.deliver(server.take)
    again.close()

    assert numbers(server) == [0, 1, 2]


def test_what_a_living_publisher_writes_is_nobody_elses(tmp_path: Path) -> None:
    living = Spool(tmp_path, "living")
    add(living, 0)

    with pytest.raises(InUse):
        Spool(tmp_path, "living")

    living.close()


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    for name in ("../x", "a/b", ".hidden", "x" * 81):
        with pytest.raises(ValueError, match="letters, digits"):
            Spool(tmp_path / "spool", name)
    assert not (tmp_path / "spool").exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["add", "deliver", "before", "after", "die"]), max_size=30))
def test_whatever_happens_each_event_arrives_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, history: list[str]
) -> None:
    folder, server, n = tmp_path_factory.mktemp("spool"), Server(), 0
    spool = Spool(folder, "one")
    for event in history:
        if event == "add":
            add(spool, n)
            n += 1
        elif event == "die":
            spool.close()
            spool = Spool(folder, "one")
        else:
            server.falls = [event] if event != "deliver" else []
            try:
                spool.deliver(server.take, at_most=2)
            except ConnectionError:
                continue
    server.falls = []
    spool.deliver(server.take)
    spool.close()

    assert numbers(server) == list(range(n))
