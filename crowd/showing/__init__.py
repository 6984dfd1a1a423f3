"""What pages, the API and commands show of the crowd: the same words, columns and order at each door."""
