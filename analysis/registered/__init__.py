"""What was said beforehand: analysis plans, what deviates from them, frozen reports, trust in the data."""
