"""What this room does."""
