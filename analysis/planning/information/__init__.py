"""What a look is expected to teach, in nats: exact where it can be, between two bounds where it cannot."""
