"""Times until something happens, some of them cut short: survival analysis. Units leave at random, given their arm."""
