"""The front page and the console's dashboard."""
