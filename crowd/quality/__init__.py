"""How much a submission can be trusted, and why. Pure."""
