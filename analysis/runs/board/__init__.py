"""What the board shows: runs as rows, figures as charts, parameters as axes, a run as a card: reads and geometry."""
