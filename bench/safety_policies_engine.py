"""The gridworld under the Seldonian Engine: run by `bench.safety_policies` with the Python of a venv of its own.

file, iterations, library | tutorial -> CPU seconds of candidate selection and the parameters it ended with, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

HYPER = {
    "lambda_init": 0.5,
    "alpha_theta": 0.005,
    "alpha_lamb": 0.005,
    "beta_velocity": 0.9,
    "beta_rmsprop": 0.95,
    "use_batches": False,
    "gradient_library": "autograd",
    "hyper_search": None,
    "verbose": False,
}
CONSTRAINT = "J_pi_new_IS >= -0.25"


def policy_of(kind: str, world: Any) -> Any:
    """The library's policy, or that of its tutorial, which looks all steps of an episode up at once."""
    import autograd.numpy as anp  # type: ignore[import-not-found]  # only in its venv
    from seldonian.RL.Agents.Policies.Softmax import DiscreteSoftmax, Softmax  # type: ignore[import-not-found]  # only in its venv

    class Vectorised(Softmax):  # type: ignore[misc]  # only in its venv
        def get_probs_from_observations_and_actions(self, observations: Any, actions: Any, _behaviour: Any) -> Any:
            chances = anp.exp(self.FA.weights[observations, :])
            return chances[anp.arange(len(actions)), actions] / anp.sum(chances, axis=1)

    return (DiscreteSoftmax if kind == "library" else Vectorised)({}, world)


def algorithm(file: Path, iterations: int, kind: str) -> Any:
    """As its tutorial builds one."""
    from seldonian.dataset import Episode, RLDataSet, RLMetaData  # type: ignore[import-not-found]  # only in its venv
    from seldonian.RL.environments.gridworld import Gridworld  # type: ignore[import-not-found]  # only in its venv
    from seldonian.seldonian_algorithm import SeldonianAlgorithm  # type: ignore[import-not-found]  # only in its venv
    from seldonian.spec import createRLSpec  # type: ignore[import-not-found]  # only in its venv

    held = json.loads(file.read_text())
    episodes = [
        Episode(one["observations"], one["actions"], one["rewards"], one["chances"]) for one in held["episodes"]
    ]
    policy = policy_of(kind, Gridworld(size=3).env_description)
    data = RLDataSet(episodes, RLMetaData(["episode_index", "O", "A", "R", "pi_b"]))
    spec = createRLSpec(data, policy, [CONSTRAINT], [0.05], env_kwargs={"gamma": held["gamma"]})
    spec.optimization_hyperparams = {**HYPER, "num_iters": iterations}
    return SeldonianAlgorithm(spec)


def main() -> None:
    """Measure and tell."""
    warnings.simplefilter("ignore")
    built = algorithm(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    built.set_initial_solution()
    began = time.process_time()
    theta = built.run_candidate_selection()
    told = {"cpu": time.process_time() - began, "theta": theta.reshape(-1).tolist()}
    built.run_safety_test(theta)
    told["safety"] = [float(bound) for bound in built.get_st_upper_bounds().values()]
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
