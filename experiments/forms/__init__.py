"""What researchers type, read into JSON: every problem at once, with its line and the way on."""
