"""The modules whose components come with this program: one line each, imported when a component is first looked for."""

SHIPPED: tuple[str, ...] = (
    "analysis.learning.parts.datasets",
    "analysis.learning.parts.estimators",
    "analysis.learning.parts.fitting",
    "analysis.learning.parts.gradient",
    "analysis.learning.parts.iterators",
    "analysis.learning.parts.loading",
    "analysis.learning.parts.models",
    "analysis.learning.torch_parts.catalogue",
)
GROUP = "machina.components"  # the entry points of other packages
