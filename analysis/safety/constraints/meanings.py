"""What the measures of a constraint say, in a sentence each, for forms and pages that list them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DECIDED: Final = "Hard_"
_MEANINGS: Final[Mapping[str, str]] = {
    "PR": "Positive rate: how often the class is predicted.",
    "NR": "Negative rate: how often it is not predicted.",
    "TPR": "True positive rate: how often it is predicted where it is true.",
    "FNR": "False negative rate: how often it is not predicted where it is true.",
    "FPR": "False positive rate: how often it is predicted where it is not true.",
    "TNR": "True negative rate: how often it is not predicted where it is not true.",
    "ACC": "Accuracy: how often the true class is predicted.",
    "CM": "Confusion matrix: CM_[i,j] is how often class j is predicted where class i is true.",
    "Mean_Squared_Error": "The mean square of prediction minus truth.",
    "Mean_Error": "The mean of prediction minus truth: above 0 where the model promises too much.",
    "Mean_Absolute_Error": "The mean distance of prediction from truth, whichever way.",
    "Mean_Prediction": "The mean prediction, whatever is true.",
    "CVaRSQE": "The mean of the worst tenth of the squared errors.",
}


def meaning_of(name: str, otherwise: str = "") -> str:
    """Of a measure of one's own: the first line of what it says of itself.

    >>> meaning_of("Hard_PR")
    'Positive rate: how often the class is predicted. Of decisions at one half, not of chances.'
    """
    if name.startswith(_DECIDED) and name.removeprefix(_DECIDED) in _MEANINGS:
        return f"{_MEANINGS[name.removeprefix(_DECIDED)]} Of decisions at one half, not of chances."
    return _MEANINGS.get(name) or otherwise.strip().partition("\n")[0]
