"""Template tags of participants' pages."""
