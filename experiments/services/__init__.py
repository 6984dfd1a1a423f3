"""Every change of state, one function each: in one transaction, with an event, and twice as good as once."""
