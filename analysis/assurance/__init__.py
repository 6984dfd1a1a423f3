"""What was proven of trained models, on the record: safety tests, every use of a safety set, gates, re-tests."""
