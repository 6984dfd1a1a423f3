"""Any method over the API."""
