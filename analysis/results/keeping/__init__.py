"""What is kept of units when they are counted, so that the usual answers read sums, no units. Pure (decision 139)."""
