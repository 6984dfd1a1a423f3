"""What would another policy have earned on this experiment's traffic? Decisions and rewards in, estimates out.

Nothing here writes. Numpy is imported by `answering` and below, when somebody asks.
"""
