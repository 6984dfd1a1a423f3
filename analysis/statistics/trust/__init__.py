"""Whether the record bears a comparison at all: shares, balance, drop-out, and what looks odd."""
