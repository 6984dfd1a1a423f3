"""Functions over specifications: write a function, name the values, and have each combination computed once.

    def main(specification):                         # or main(x, y), key by key
        return {"score": specification["x"] ** 2}

    def main(x, y, call):                            # `call`: chance, a log, folders, curves, files
        call.progress(10, 100)
        return {"score": call.rng.normal() + x}

    class Main(Checkpointed):                        # many steps; goes on from the last one kept
        def initialise(self, specification): self.total = 0
        def step(self):
            self.total += 1
            return Progress(self.total, 10) if self.total < 10 else {"total": self.total}

A step (or a generator) that gives an `Output` adds a result of its own to a long series: 100, 200, 300 iterations of
one run. docs/tutorial/a-function-over-specifications.md tells it from the beginning.
"""

from analysis.learning.functions.allowed import allow_function, is_allowed
from analysis.learning.functions.call import Call
from analysis.learning.functions.checkpointed import Checkpointed
from analysis.learning.functions.finding import NotFound, find, path_of
from analysis.learning.functions.kinds import KINDS, Kind
from analysis.learning.functions.plain import NotPlain
from analysis.learning.functions.procedure import FunctionProcedure
from analysis.learning.functions.saying import Done, Output, Progress
from analysis.learning.running import State

__all__ = [
    "KINDS",
    "Call",
    "Checkpointed",
    "Done",
    "FunctionProcedure",
    "Kind",
    "NotFound",
    "NotPlain",
    "Output",
    "Progress",
    "State",
    "allow_function",
    "find",
    "is_allowed",
    "path_of",
]
