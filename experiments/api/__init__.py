"""The API's doors to this room, and what the API of every room stands on."""
