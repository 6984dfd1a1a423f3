"""A block of trials that chooses its own stimuli: what is believed, which rule draws the next, when it is over."""
