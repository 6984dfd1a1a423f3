"""A batch done by processes of this machine, from the command line: stopped and started at will."""
