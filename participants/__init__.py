"""Who takes part and what they see."""
