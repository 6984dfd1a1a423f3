"""What brings what a platform has to what we want: a table, and the words it is written in. Pure."""
