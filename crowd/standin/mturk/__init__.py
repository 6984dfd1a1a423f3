"""Amazon Mechanical Turk's stand-in: the requester's API (AWS JSON 1.1), the workers' website, and its controls."""
