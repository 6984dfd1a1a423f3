"""Numbers from the record, and what is learned."""
