"""Losses: one value per sample, their mean what torch computes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.nn import functional

from analysis.learning.torch_parts.batches import Batch
from analysis.learning.torch_parts.evaluating import Evaluator
from analysis.learning.torch_parts.losses import LOSSES, Loss, Sum
from analysis.learning.torch_parts.precision import Precision
from experiments.types import JsonObject

GENERATOR = torch.Generator().manual_seed(4)
LOGITS = torch.randn(7, 3, generator=GENERATOR)
CLASSES = torch.tensor([0, 1, 2, 2, 1, 0, 0])
ONES = torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0])
SHARES = torch.rand(7, 3, generator=GENERATOR).softmax(dim=1)

THEIRS: dict[str, tuple[torch.Tensor, torch.Tensor, JsonObject, Callable[[], torch.Tensor]]] = {
    "cross_entropy": (LOGITS, CLASSES, {}, lambda: functional.cross_entropy(LOGITS, CLASSES)),
    "nll": (LOGITS.log_softmax(1), CLASSES, {}, lambda: functional.cross_entropy(LOGITS, CLASSES)),
    "bce": (LOGITS[:, :1].sigmoid(), ONES, {}, lambda: functional.binary_cross_entropy(LOGITS[:, 0].sigmoid(), ONES)),
    "bce_with_logits": (
        LOGITS[:, 0], ONES, {"positive_weight": 3.0},
        lambda: functional.binary_cross_entropy_with_logits(LOGITS[:, 0], ONES, pos_weight=torch.tensor(3.0)),
    ),
    "lp": (LOGITS, SHARES, {"exponent": 2, "root": 1}, lambda: ((LOGITS - SHARES) ** 2).sum(1).mean()),
    "mse": (LOGITS, SHARES, {}, lambda: functional.mse_loss(LOGITS, SHARES)),
    "l1": (LOGITS, SHARES, {}, lambda: functional.l1_loss(LOGITS, SHARES)),
    "huber": (LOGITS, SHARES, {"delta": 0.5}, lambda: functional.huber_loss(LOGITS, SHARES, delta=0.5)),
    "kl_divergence": (
        LOGITS, SHARES, {}, lambda: functional.kl_div(LOGITS.log_softmax(1), SHARES, reduction="batchmean"),
    ),
    "hinge": (LOGITS, CLASSES, {}, lambda: functional.multi_margin_loss(LOGITS, CLASSES)),
}  # fmt: skip


def test_each_has_its_line_below() -> None:
    assert THEIRS.keys() == LOSSES.keys()


@pytest.mark.parametrize("kind", THEIRS)
def test_the_mean_over_samples_is_torch_s(kind: str) -> None:
    predicted, wanted, config, theirs = THEIRS[kind]

    values = Loss(kind, kind, config)({"output": predicted}, {"target": wanted})

    assert values.shape == (7,)
    torch.testing.assert_close(values.mean(), theirs())


def test_a_sum_weighs_its_parts() -> None:
    both = Sum("sum", ((2.0, Loss("mse", "mse", {})), (0.5, Loss("l1", "l1", {}))))

    values = both({"output": LOGITS}, {"target": SHARES})

    torch.testing.assert_close(
        values.mean(), 2 * functional.mse_loss(LOGITS, SHARES) + 0.5 * functional.l1_loss(LOGITS, SHARES)
    )


def test_shapes_that_do_not_fit_are_refused_and_never_broadcast() -> None:
    with pytest.raises(ValueError, match=r"shape \(7, 3\) has a target of shape \(7,\)"):
        Loss("mse", "mse", {})({"output": LOGITS}, {"target": ONES})


def test_a_prediction_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="There is no 'logits'; there are output"):
        Loss("mse", "mse", {}, prediction="logits")({"output": LOGITS}, {"target": SHARES})


def test_a_short_last_batch_counts_as_what_it_is() -> None:
    evaluator = Evaluator(
        torch.nn.Identity(), {"loss": Loss("cross_entropy", "loss", {})}, Precision.of("float32", torch.device("cpu"))
    )
    batches = [Batch(LOGITS[:5], {"target": CLASSES[:5]}, 5), Batch(LOGITS[5:], {"target": CLASSES[5:]}, 2)]

    seen = evaluator.over(iter(batches), "test", lambda number: None)

    assert seen.means()["loss"] == pytest.approx(float(functional.cross_entropy(LOGITS, CLASSES)))
    np.testing.assert_array_equal(seen.arrays()[1]["target"], CLASSES.numpy())
