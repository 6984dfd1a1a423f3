"""How often does an interval for a mean hold what it promises? A function, and two longer computations."""
