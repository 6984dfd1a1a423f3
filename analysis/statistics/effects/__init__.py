"""Effect sizes with intervals: how large, in units that other studies use too."""
