"""What the allocation of an experiment that learns may say. The policies themselves check the ranges."""

from __future__ import annotations

from experiments.schema_parts import closed_object, list_of, one_of, text, whole_number
from experiments.types import Json

POLICIES: list[Json] = [
    "uniform",
    "epsilon_greedy",
    "epsilon_decreasing",
    "softmax",
    "annealing_softmax",
    "proportional",
    "ucb1",
    "ucb1_tuned",
    "kl_ucb",
    "kl_ucb_plus",
    "bayes_ucb",
    "moss",
    "kl_moss",
    "thompson_bernoulli",
    "thompson_gaussian",
    "thompson_poisson",
    "top_two_thompson",
    "information_gain",
    "exp3",
    "exp3_s",
    "sequential_halving",
    "successive_rejects",
    "knapsack",
    "linucb",
    "linear_thompson",
    "logistic_thompson",
    "square_cb",
    "trained",
]


def _number(description: str) -> dict[str, Json]:
    return {"type": "number", "description": description}


def _whole_or_none(description: str) -> dict[str, Json]:
    return {"type": ["integer", "null"], "minimum": 1, "description": description}


def _part(description: str) -> dict[str, Json]:
    return {"type": "number", "minimum": 0, "maximum": 1, "description": description}


_PAIR: dict[str, Json] = {"type": "array", "minItems": 2, "maxItems": 2}

PARAMETERS: dict[str, Json] = {
    "reward_window_seconds": whole_number(
        "Learning: how long after its decision a reward counts; a day if it is not here.", 1, maximum=31_622_400
    ),
    "default_reward": {
        "type": ["number", "null"],
        "description": "Learning: what a reward that did not come in its window counts. Without it, it counts nothing.",
    },
    "reward": closed_object(
        "Learning: several measures as one reward: of each, its weight x (value - low) / (high - low).",
        ["weights"],
        {
            "kind": one_of(
                "The sum, or the least of weight x place: none makes up for another.", ["weighted", "chebyshev"]
            ),
            "weights": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"type": "number"},
                "description": "By measure. The measure's direction says which way it counts.",
                "examples": [{"bought": 1, "seconds": 0.2}],
            },
            "missing": {
                "type": "object",
                "additionalProperties": {"type": "number"},
                "description": "What stands in for a measure that did not come, in its own units.",
            },
        },
    ),
    "cost": text("Knapsack: the measure that says what a decision cost.", maxLength=60),
    "most_failed_checks": {
        "type": ["integer", "null"],
        "minimum": 0,
        "description": "Participants: who fails more attention checks teaches nothing. Default 0; null: all do.",
    },
    "context": {
        "type": "object",
        "description": "Visitors: what a context may hold, as a JSON Schema (type, enum, minimum, maximum, …).",
        "examples": [{"properties": {"page": {"enum": ["menu", "home"]}, "age": {"type": "integer", "minimum": 0}}}],
    },
    "features": {
        "type": "array",
        "minItems": 1,
        "description": "Contextual: the numbers looked at, from participants' attributes or visitors' context.",
        "items": closed_object(
            "A constant; the place of a number between low and high; or 1 if the attribute is one of some values.",
            [],
            {
                "attribute": text("Its name among the attributes or in the context.", minLength=1, maxLength=60),
                "constant": _number("The same for everybody, alone: an intercept."),
                "low": _number("Counts 0, and what is below."),
                "high": _number("Counts 1, and what is above."),
                "is": {"description": "A value, or a list of values, that counts 1; others 0."},
                "missing": _number("What counts where nothing is told; 0 if it is not here."),
            },
        ),
        "examples": [[{"constant": 1}, {"attribute": "age", "low": 18, "high": 90}, {"attribute": "land", "is": "PT"}]],
    },
    "floor": _part("Learning: the least chance of every open arm."),
    "control": text("Learning: the name of the arm that keeps control_share.", maxLength=100),
    "control_share": _part("Learning: the least chance of the control."),
    "burn_in": whole_number("Learning: until an arm has this many rewards, it has its even share.", 0),
    "cohort": whole_number("Learning: rewards are learnt this many at a time.", 1),
    "low": _number("Learning: the least reward; the primary measure's low if it is not here."),
    "high": _number("Learning: the greatest reward; the primary measure's high if it is not here."),
    "discount": _number("Learning: each reward makes all before it count by this factor."),
    "window": _whole_or_none("Learning: only the latest so many rewards count."),
    "epsilon": _part("Epsilon: the part of the choices that is random."),
    "scale": _number("Decreasing epsilon, SquareCB: how fast exploring gives way."),
    "temperature": _number("Softmax: high explores, low exploits."),
    "pseudo": _number("Proportional: rewards that every arm is taken to have had."),
    "alpha": _number("UCB1, LinUCB, knapsack: the width of the bounds. EXP3.S: the share that is redistributed."),
    "c": _number("KL-UCB: the weight of log log t."),
    "prior": _number("Bayes-UCB: both parameters of the prior."),
    "prior_a": _number("Thompson: successes of the prior."),
    "prior_b": _number("Thompson: failures of the prior."),
    "question": one_of("Information gain: what rewards are to answer.", ["best_arm", "compare_to_control", "estimate"]),
    "sharpness": _number("Information gain: 0 is even shares; large, only the arm that teaches most."),
    "costs": {
        "type": "object",
        "additionalProperties": {"type": "number"},
        "description": "Information gain: what a unit costs, by arm; 1 where it is not said.",
        "examples": [{"plain": 1, "expert": 4}],
    },
    "earlier": {
        "type": "object",
        "additionalProperties": {**_PAIR, "items": {"type": "number", "minimum": 0}},
        "description": "Information gain: successes and units of each arm in an earlier version or study.",
        "examples": [{"plain": [31, 100], "vivid": [44, 100]}],
    },
    "earlier_share": _part("Information gain: how much of each earlier unit counts."),
    "horizon": _whole_or_none("How many decisions there will be, where the policy wants to know."),
    "beta": _part("Top-two Thompson: the chance of the best rather than its challenger."),
    "gamma": _part("EXP3.S: the part of the choices that is random."),
    "budget": _number("Knapsack: what all decisions may cost."),
    "most": _number("Knapsack: what one decision costs at most."),
    "dimension": whole_number("Contextual: the number of features.", 1),
    "model": one_of("Contextual: coefficients for each arm, or the same for all.", ["disjoint", "shared"]),
    "l2": _number("Contextual: the precision of the prior."),
    "v": _number("Contextual Thompson: the scale of the posterior."),
    "draws": whole_number("Contextual Thompson: draws of the Monte Carlo.", 1),
    "exponent": _part("SquareCB: how fast exploring gives way."),
    "weights": {
        "type": "object",
        "additionalProperties": {"type": "array", "minItems": 2, "items": {"type": "number"}},
        "description": "Trained: of each arm, the constant's weight, then one for each feature.",
        "examples": [{"plain": [0.2, -1.5], "vivid": [-0.2, 1.5]}],
    },
    "proof": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Trained: the run that found the weights, the SHA-256 of its file and of its data.",
        "examples": [{"run": "0b7b8f4e-7f3e-4a39-8f0e-5b3c9d0f6a51", "sha256": "250aa568…", "data": "56af80ad…"}],
    },
}

_SLOT: dict[str, Json] = {"type": "integer", "minimum": 0, "maximum": 10_000}

AUDIENCE: dict[str, Json] = closed_object(
    "Who may enter at all: visitors and runs only. Everybody, if it is not here.",
    [],
    {
        "where": {
            "type": "object",
            "description": "Rules on what is known about the unit, as GrowthBook writes them.",
            "examples": [{"country": {"$in": ["DE", "FR"]}, "age": {"$gte": 18}}],
        },
        "layer": text("Experiments of one layer share no units.", minLength=1, maxLength=60, examples=["checkout"]),
        "slots": list_of(
            {**_PAIR, "items": _SLOT}, "The parts [start, stop) of the layer's 10,000 slots that are ours."
        ),
        "holdout": text("Experiments that name the same holdout leave out the same units.", minLength=1, maxLength=60),
        "holdout_share": _part("How many of all units it leaves out."),
        "namespace": text("A GrowthBook namespace.", minLength=1, maxLength=60),
        "namespace_range": {
            **_PAIR,
            "items": {"type": "number", "minimum": 0, "maximum": 1},
            "description": "Our part of it.",
        },
    },
)
