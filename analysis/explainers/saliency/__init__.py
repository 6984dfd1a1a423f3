"""Which parts of an image, or columns of a row, a prediction hangs on: by slopes (`slopes`) or by hiding (`hiding`)."""

from analysis.explainers.saliency import hiding as hiding
from analysis.explainers.saliency import slopes as slopes
