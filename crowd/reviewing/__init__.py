"""Pure: which decisions about somebody's work are possible, and what a plan of them says."""
