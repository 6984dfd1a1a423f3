"""The monitor of an experiment: numbers of several rooms on one page that follows the diary."""
