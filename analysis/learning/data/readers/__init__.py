"""What makes a data set of a file or of a library."""
