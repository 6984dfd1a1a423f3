"""How often a loop says where it is: about ten times a pass, whatever its length."""

from __future__ import annotations


def is_told_in_training(step: int, steps: int) -> bool:
    """Whether to speak after batch `step` of `steps`, counting from 1: after the first, and then every tenth part.

    >>> [step for step in range(1, 34) if is_told_in_training(step, 33)]
    [1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31]
    """
    return (step - 1) % period(steps) == 0


def is_told_in_evaluation(step: int, steps: int) -> bool:
    """The same after every whole tenth part.

    >>> [step for step in range(1, 34) if is_told_in_evaluation(step, 33)]
    [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33]
    """
    return step % period(steps) == 0


def period(steps: int) -> int:
    """Batches between two words."""
    return max(1, steps // 10)
