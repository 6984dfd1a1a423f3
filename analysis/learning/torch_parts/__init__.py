"""PyTorch's part of learning: models, losses, optimisers, schedules, and the loop that trains them.

Torch is optional (requirements-torch.txt). `catalogue` knows what there is without it; every other module imports it
and is imported by workers alone.
"""
