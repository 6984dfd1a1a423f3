"""Over the API."""
