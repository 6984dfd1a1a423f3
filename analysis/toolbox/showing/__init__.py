"""What the pages of methods show."""
