"""What changes the record of safety tests."""
