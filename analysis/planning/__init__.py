"""What a design is worth before it is paid for: sample sizes, money, information, stopping. Pure."""
