"""The pages a participant meets. Every view fetches, calls one service, shows the outcome."""
