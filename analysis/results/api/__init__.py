"""Results over the API."""
