"""The API's doors to this room."""
