"""Changes of state of batches and runs."""
