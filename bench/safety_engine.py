"""One task under the Seldonian Engine: run by `bench.safety` with the Python of a venv of its own. Prints JSON.

folder, iterations -> CPU seconds of candidate selection, the parameters it ended with, and its objective's best value.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

HYPER = {
    "lambda_init": 0.5,
    "alpha_theta": 0.01,
    "alpha_lamb": 0.01,
    "beta_velocity": 0.9,
    "beta_rmsprop": 0.95,
    "use_batches": False,
    "gradient_library": "autograd",
    "hyper_search": None,
    "verbose": False,
}


def algorithm(folder: Path, iterations: int) -> Any:
    """As its documentation builds one."""
    from seldonian.dataset import SupervisedDataSet, SupervisedMetaData  # type: ignore[import-not-found]  # only in its venv
    from seldonian.models import objectives  # type: ignore[import-not-found]  # only in its venv
    from seldonian.models.models import BinaryLogisticRegressionModel, LinearRegressionModel  # type: ignore[import-not-found]  # only in its venv
    from seldonian.parse_tree.parse_tree import make_parse_trees_from_constraints  # type: ignore[import-not-found]  # only in its venv
    from seldonian.seldonian_algorithm import SeldonianAlgorithm  # type: ignore[import-not-found]  # only in its venv
    from seldonian.spec import SupervisedSpec  # type: ignore[import-not-found]  # only in its venv

    task, data = json.loads((folder / "task.json").read_text()), np.load(folder / "data.npz")
    kind = "regression" if task["regression"] else "classification"
    names = [f"x{number}" for number in range(data["x"].shape[1])]
    meta = SupervisedMetaData(kind, [*names, "M", "F", "y"], names, ["y"], ["M", "F"])
    trees = make_parse_trees_from_constraints(
        task["constraints"], [0.05] * len(task["constraints"]), "supervised_learning", kind, columns=["M", "F"]
    )
    spec = SupervisedSpec(
        dataset=SupervisedDataSet(data["x"], data["y"], data["s"], len(data["y"]), meta),
        model=LinearRegressionModel() if task["regression"] else BinaryLogisticRegressionModel(),
        parse_trees=trees,
        sub_regime=kind,
        frac_data_in_safety=0.6,
        primary_objective=objectives.Mean_Squared_Error if task["regression"] else objectives.binary_logistic_loss,
        initial_solution_fn=lambda model, x, y: data["start"].copy(),
        use_builtin_primary_gradient_fn=True,
        optimization_hyperparams={**HYPER, "num_iters": iterations},
    )
    return SeldonianAlgorithm(spec)


def main() -> None:
    """Measure and tell."""
    warnings.simplefilter("ignore")
    built = algorithm(Path(sys.argv[1]), int(sys.argv[2]))
    built.set_initial_solution()
    began = time.process_time()
    theta = built.run_candidate_selection()
    cpu = time.process_time() - began
    found = built.get_cs_result()
    passed, _ = built.run_safety_test(theta)
    told = {
        "cpu": cpu,
        "theta": np.asarray(theta).tolist(),
        "objective": float(found["f_vals"][-1]),
        "best": float(found["best_f"]),
        "feasible": bool(found["found_feasible_solution"]),
        "safety": [float(bound) for bound in built.get_st_upper_bounds().values()],
        "passed": bool(passed),
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
