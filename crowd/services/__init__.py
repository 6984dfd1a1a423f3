"""Every change of the crowd's tables, one function each."""
