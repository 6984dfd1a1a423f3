"""What each feature, word or pixel adds to a prediction: one method a file.

docs/explainers.md says when to use which.
"""

from analysis.explainers.attribution import exact as exact
from analysis.explainers.attribution import importance as importance
from analysis.explainers.attribution import kernel as kernel
from analysis.explainers.attribution import lime_image as lime_image
from analysis.explainers.attribution import lime_table as lime_table
from analysis.explainers.attribution import lime_text as lime_text
from analysis.explainers.attribution import linear as linear
from analysis.explainers.attribution import maple as maple
from analysis.explainers.attribution import permutation as permutation
from analysis.explainers.attribution import placebo as placebo
from analysis.explainers.attribution import trees as trees
