"""The modules whose components come with this program: one line each, imported when a component is first looked for."""

SHIPPED: tuple[str, ...] = ()
GROUP = "machina.components"  # the entry points of other packages
