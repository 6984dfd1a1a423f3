"""What would have to be different for another prediction: closed form, boxes of trees, spheres, gradients, enumeration.

`wanted` says what is sought, `allowed` what may change, `searching` makes what a method finds near and plain, `diverse`
chooses a few. Whatever a method proposes is asked of the model again, as it is shown.
"""

from analysis.explainers.counterfactual import descending as descending
from analysis.explainers.counterfactual import enumerated as enumerated
from analysis.explainers.counterfactual import leaves as leaves
from analysis.explainers.counterfactual import linear as linear
from analysis.explainers.counterfactual import spheres as spheres
