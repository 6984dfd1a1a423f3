"""Figures with their doubt, for one look at a time fixed beforehand: means, proportions, ratios, counts, durations."""
