"""Reports for people: one paper as a value, from a frozen row; as HTML to print, and as PDF."""
