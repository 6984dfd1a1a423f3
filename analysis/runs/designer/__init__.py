"""The page on which a batch's document is written: checked while it is typed, drawn as a graph, filled in by forms."""
