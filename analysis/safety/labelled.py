"""Labelled rows as a subject of training: read by `loading`, encoded by what the candidate rows alone have taught."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from analysis.learning.components import Finding
from analysis.safety import loading
from analysis.safety.constraints import Vocabulary
from analysis.safety.loading import Loaded
from analysis.safety.setting import Wish
from analysis.safety.subjects import Prepared
from analysis.safety.supervised import Supervised
from analysis.safety.terms import Array, Regime, Rows, Samples, Subject
from experiments.types import JsonObject
