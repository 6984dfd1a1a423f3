"""The embedded PostgreSQL survives what happens to desks: kill -9, stale files, two at once, long paths."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection

from machina_site.embedded import EmbeddedServerError, Postgres
from machina_site.embedded.processes import is_alive
from tests.faults.conftest import Users, server_pid

pytestmark = pytest.mark.faults


def connect(server: Postgres) -> connection:
    """As the application does."""
    return psycopg2.connect(host=str(server.socket_folder), user="machina", dbname="machina")


def ask(server: Postgres, sql: str) -> object:
    """The first column of the first row."""
    link = connect(server)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        link.close()


def kill(server: Postgres) -> None:
    """As a crash would: no chance to tidy up."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Fail when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def test_eight_processes_at_once_share_one_server(users: Users, postgres: Postgres) -> None:
    pids = {server_pid(process) for process in users.start("pg", count=8)}

    assert pids == {postgres.pid()}


def test_the_last_one_out_stops_it(users: Users, postgres: Postgres) -> None:
    first, second = users.start("pg", count=2)
    pid = server_pid(first)
    server_pid(second)

    assert first.stdin
    assert second.stdin
    first.stdin.close()
    first.wait(20)
    assert is_alive(pid)

    second.stdin.close()
    second.wait(20)
    assert not is_alive(pid)


def test_a_user_killed_hard_leaves_a_server_that_the_next_one_takes_over_and_stops(
    users: Users, postgres: Postgres
) -> None:
    (first,) = users.start("pg")
    pid = server_pid(first)
    first.kill()
    first.wait(20)

    postgres.ensure()
    assert postgres.pid() == pid

    postgres.release()
    wait_until(lambda: not is_alive(pid))


def test_no_acknowledged_row_is_lost_when_the_server_is_killed_under_writes(postgres: Postgres) -> None:
    postgres.ensure()
    ask(postgres, "CREATE TABLE line (number int PRIMARY KEY)")
    acknowledged: list[int] = []

    def write() -> None:
        link = connect(postgres)
        link.autocommit = True
        try:
            for number in range(100_000):
                link.cursor().execute("INSERT INTO line VALUES (%s)", [number])
                acknowledged.append(number)
        except psycopg2.OperationalError:
            link.close()

    writer = threading.Thread(target=write)
    writer.start()
    wait_until(lambda: len(acknowledged) >= 200)
    kill(postgres)
    writer.join(20)

    postgres.ensure()
    kept = ask(postgres, f"SELECT count(*) FROM line WHERE number < {len(acknowledged)}")

    assert kept == len(acknowledged)


@pytest.mark.parametrize("text", ["", "\n", "not a number", "1\n/nowhere\n", "OUR-PID\n/nowhere\n0\n5432\n"])
def test_a_stale_or_truncated_pid_file_does_not_stop_it(postgres: Postgres, text: str) -> None:
    postgres.ensure()
    postgres.release()
    postgres.pid_file.write_text(text.replace("OUR-PID", str(os.getpid())))

    postgres.ensure()

    assert ask(postgres, "SELECT 1") == 1


def test_a_stale_socket_lock_does_not_stop_it(postgres: Postgres) -> None:
    postgres.ensure()
    postgres.release()
    (postgres.socket_folder / ".s.PGSQL.5432").touch()
    (postgres.socket_folder / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n/nowhere\n0\n5432\n\n")

    postgres.ensure()

    assert ask(postgres, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_works(var: Path) -> None:
    server = Postgres(var / ("a" * 50) / ("b" * 50))

    server.ensure()

    assert ask(server, "SELECT 1") == 1
    server.release()


def test_a_set_up_that_was_cut_off_is_begun_again(postgres: Postgres) -> None:
    draft = postgres.folder / "data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")

    postgres.ensure()

    assert ask(postgres, "SELECT 1") == 1
    assert not draft.exists()


def test_files_of_another_version_are_refused_with_a_way_on_and_left_alone(postgres: Postgres) -> None:
    postgres.data.mkdir(parents=True)
    (postgres.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(EmbeddedServerError, match=r"made by PostgreSQL 9, but .* Dump it"):
        postgres.ensure()

    assert [path.name for path in postgres.data.iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_cluster_is_refused_and_left_alone(postgres: Postgres) -> None:
    postgres.data.mkdir(parents=True)
    (postgres.data / "thesis.txt").write_text("only copy")

    with pytest.raises(EmbeddedServerError, match="no PostgreSQL cluster: move it away"):
        postgres.ensure()

    assert (postgres.data / "thesis.txt").read_text() == "only copy"


def test_it_listens_on_its_socket_only(postgres: Postgres) -> None:
    postgres.ensure()

    assert ask(postgres, "SHOW listen_addresses") == ""
    assert postgres.socket_folder.stat().st_mode & 0o077 == 0


def test_it_never_runs_as_root(postgres: Postgres) -> None:
    postgres.ensure()
    pid = postgres.pid()

    assert pid is not None
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_server_with_no_connection_left_is_not_taken_for_a_fallen_one(postgres: Postgres) -> None:
    postgres.ensure()
    pid = postgres.pid()
    links = [connect(postgres) for _ in range(int(str(ask(postgres, "SHOW max_connections"))))]
    with pytest.raises(psycopg2.OperationalError, match="too many clients"):
        connect(postgres)

    postgres.ensure()

    assert postgres.pid() == pid
    for link in links:
        link.close()
