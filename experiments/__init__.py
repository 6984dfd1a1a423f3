"""What is compared, and the record of what happened."""
