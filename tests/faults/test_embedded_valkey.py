"""The embedded Valkey survives kill -9 and stale files, and keeps what it acknowledged."""

import os
import signal

import pytest
import redis

from machina_site.embedded import Valkey
from tests.faults.conftest import Users, server_pid

pytestmark = pytest.mark.faults


def client(server: Valkey) -> redis.Redis:
    """A real client on its socket."""
    return redis.Redis(unix_socket_path=str(server.socket))


def test_no_acknowledged_write_is_lost_when_it_is_killed(valkey: Valkey) -> None:
    valkey.ensure()
    with client(valkey) as link:
        for number in range(2000):
            link.rpush("queue", number)
    pid = valkey.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    valkey.ensure()

    with client(valkey) as link:
        assert link.llen("queue") == 2000


@pytest.mark.parametrize("text", ["", "not a number", "1\n", "OUR-PID\n"])
def test_stale_files_do_not_stop_it(valkey: Valkey, text: str) -> None:
    valkey.ensure()
    valkey.release()
    valkey.pid_file.write_text(text.replace("OUR-PID", str(os.getpid())))
    valkey.socket.touch()

    valkey.ensure()

    assert valkey.answers()


def test_eight_processes_at_once_share_one_server(users: Users, valkey: Valkey) -> None:
    pids = {server_pid(process) for process in users.start("redis", count=8)}

    assert pids == {valkey.pid()}


def test_only_its_owner_can_reach_it(valkey: Valkey) -> None:
    valkey.ensure()

    assert valkey.socket.stat().st_mode & 0o077 == 0
    with client(valkey) as link:
        assert link.config_get("port") == {"port": "0"}
