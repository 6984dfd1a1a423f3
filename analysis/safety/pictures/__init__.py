"""What a training came to, as pictures: SVG that needs nothing else. Pure numbers in, text out."""
