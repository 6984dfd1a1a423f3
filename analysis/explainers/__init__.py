"""Why a model says what it says: explainers, found by name, that turn a model and a sample into an `Explanation`.

Pure. `words` has what an explanation may be; `subjects` what an explainer is given; `kinds` what every explainer is.
To add one, see `kinds` and docs/recipes/add-an-explainer.md.
"""

from analysis.explainers import attribution as attribution
from analysis.explainers import controls as controls
from analysis.explainers import counterfactual as counterfactual
from analysis.explainers import curves as curves
from analysis.explainers import examples as examples
from analysis.explainers import rules as rules
from analysis.explainers import saliency as saliency
from analysis.explainers.kinds import EXPLAINERS, Explainer, NoExplanation
from analysis.explainers.words import Explanation, from_document

__all__ = ["EXPLAINERS", "Explainer", "Explanation", "NoExplanation", "from_document"]
