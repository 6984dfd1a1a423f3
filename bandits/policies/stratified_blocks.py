"""Stratified blocks: a list of permuted blocks of its own for every kind of unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar

from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Optional, Parameter, Several, Text, Whole
from bandits.policies.permuted_blocks import PermutedBlocks

LONGEST_NAME = 200
_ESCAPES = str.maketrans({"%": "%25", "&": "%26", "=": "%3D", "~": "%7E"})


@dataclass(frozen=True)
class StratifiedBlocks(PermutedBlocks):
    """Permuted blocks, separately for each combination of the units' attributes (each stratum).

    strata: the attributes, known before an arm is handed out. stratum_quota: units wanted in each stratum, if
    limited. Balance, propensity and ``conditional`` are as for permuted blocks, within each stratum.

    >>> policy = StratifiedBlocks.parse({"strata": ["age", "gender"]})
    >>> policy.stratum_of({"gender": "f", "age": "30-39", "country": "AT"})
    'age=30-39&gender=f'
    """

    name: ClassVar[str] = "stratified_blocks"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **PermutedBlocks.parameters,
        "strata": Several(Text(100, shortest=1), most=10, different=True),
        "stratum_quota": Optional(Whole(1, 1_000_000)),
    }
    example: ClassVar[Mapping[str, object]] = {"policy": "stratified_blocks", "strata": ["gender"]}

    strata: tuple[str, ...] = ()
    stratum_quota: int | None = None

    def check(self, path: str) -> None:
        """Strata need at least one attribute."""
        super().check(path)
        if not self.strata:
            raise PolicyError.wrong(f"{path}.strata", "a list of one attribute or more", [], "Or use permuted_blocks.")

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that make the strata."""
        return self.strata

    def stratum_of(self, attributes: Mapping[str, str]) -> str:
        """The stratum's name, different for different levels. An attribute that is missing counts as empty.

        At most 200 characters: a longer name ends in a digest of all of it.
        """
        pairs = ((name, attributes.get(name, "")) for name in self.strata)
        stratum = "&".join(f"{name.translate(_ESCAPES)}={level.translate(_ESCAPES)}" for name, level in pairs)
        if len(stratum) <= LONGEST_NAME:
            return stratum
        digest = blake2b(stratum.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return f"{stratum[: LONGEST_NAME - len(digest) - 1]}~{digest}"
