"""Every method of statistics by its name, with anybody's table: the statistics toolbox."""
