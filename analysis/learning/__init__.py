"""What computations are made of: configuration, search, folds, components, strategies. Pure: no framework, no queue."""
