"""What platforms tell unasked, read and checked. It says where to look, and is never believed."""
