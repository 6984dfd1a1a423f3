"""What Machina promises, written as rules. The folders mirror the rooms."""
