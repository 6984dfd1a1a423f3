"""The system's chance, fetched for many at once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

from bandits.services.identity import random_word


def test_no_word_is_given_twice_though_threads_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as threads:
        words = list(threads.map(lambda _: random_word(), range(20_000)))
    assert len(set(words)) == 20_000


def test_a_child_process_draws_words_of_its_own() -> None:
    before = {random_word()}
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writable, b"".join(random_word().to_bytes(8, "big") for _ in range(300)))
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    ours = before | {random_word() for _ in range(600)}
    theirs = {int.from_bytes(said[at : at + 8], "big") for at in range(0, len(said), 8)}
    assert len(theirs) == 300
    assert not ours & theirs
