"""Which arms serve a model, read from their payload: `{model: {run: …, sha256: …, data: …}}`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.types import Json, JsonObject

KEY: Final = "model"
NOBODY: Final = uuid.UUID(int=0)
POLICY: Final = ""
"""In the place of an arm's name: the allocation itself was trained. No arm is called so."""
PROOF: Final = "proof"
HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Served:
    """A model that an arm pins: the run that trained it, the hash of its file, and of the data it was tested on.

    fault: why the pin cannot be read; empty if it can.
    """

    arm: str
    run: uuid.UUID = NOBODY
    sha256: str = ""
    data: str = ""
    fault: str = ""

    def as_payload(self) -> JsonObject:
        """What the arm's payload says under `model`."""
        return {"run": str(self.run), "sha256": self.sha256, "data": self.data}

    @property
    def is_policy(self) -> bool:
        """Whether it is no arm's model, but the policy by which arms are handed out."""
        return self.arm == POLICY

    @property
    def subject(self) -> str:
        """Who serves it, at the beginning of a sentence."""
        return "The allocation" if self.is_policy else f"Arm “{self.arm}”"


def served_by(definition: JsonObject, *, also_disabled: bool = False) -> Iterator[Served]:
    """Of each arm that units are assigned to, and of the allocation if it is itself a trained policy."""
    allocation = definition.get("allocation")
    if isinstance(allocation, Mapping) and isinstance(proof := allocation.get(PROOF), Mapping):
        yield read_pin(POLICY, proof)
    rows = definition.get("arms")
    for row in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ():
        if isinstance(row, Mapping) and (also_disabled or row.get("is_enabled", True)):
            payload = row.get("payload")
            pin = payload.get(KEY) if isinstance(payload, Mapping) else None
            if isinstance(pin, Mapping) and ("run" in pin or "sha256" in pin):
                yield read_pin(str(row.get("name", "")), pin)


def read_pin(arm: str, pin: Mapping[str, Json]) -> Served:
    """With a fault rather than an error: a pin that cannot be read proves nothing."""
    try:
        run = uuid.UUID(str(pin.get("run", "")))
    except ValueError:
        return Served(arm, fault="“run” is not the id of a run")
    sha256, data = str(pin.get("sha256", "")), str(pin.get("data", ""))
    for name, value in (("sha256", sha256), ("data", data)):
        if len(value) != 64 or not HEX.issuperset(value):
            return Served(arm, run=run, fault=f"“{name}” is not a SHA-256 of 64 hexadecimal digits")
    return Served(arm, run=run, sha256=sha256, data=data)
