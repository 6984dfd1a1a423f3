"""How results look: pictures, pages, papers and tables, of values that were read elsewhere."""
