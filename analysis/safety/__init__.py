"""Training under behavioural constraints that hold with probability 1 - delta, or No Solution Found.

Pure: constraint -> tree -> bounds -> candidate -> safety test, for predictions and for policies. `terms` holds the
words that the parts share. Thomas et al. (2019), "Preventing undesirable behavior of intelligent machines", Science.
"""
