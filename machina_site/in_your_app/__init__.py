"""How a Django app uses an experiment: its code, its arms, whom it is for."""
