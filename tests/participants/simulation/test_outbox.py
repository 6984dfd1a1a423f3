"""A torn outbox says everything, twice and out of order; a whole one says it once."""

from __future__ import annotations

from experiments.chance import Stream
from participants.simulation.outbox import Outbox


def filled() -> Outbox:
    outbox = Outbox()
    for trial in range(5):
        outbox.notice(trial, Stream(trial, "outbox"))
    return outbox


def test_numbers_count_up_without_gaps() -> None:
    outbox = filled()

    assert [line["seq"] for line in outbox.unsent] == list(range(1, outbox.seq + 1))


def test_a_whole_outbox_is_sent_once() -> None:
    outbox = filled()

    (batch,) = outbox.batches(torn=False)

    assert batch.numbers == list(range(1, outbox.seq + 1))
    assert outbox.batches(torn=False) == []


def test_a_torn_one_is_sent_later_half_first_then_whole() -> None:
    outbox = filled()

    later, earlier, whole = outbox.batches(torn=True)

    assert min(later.numbers) > max(earlier.numbers)
    assert sorted(later.numbers + earlier.numbers) == whole.numbers
