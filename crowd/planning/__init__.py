"""What recruiting costs and how it is cut into postings. Pure."""
