"""Pictures of results as SVG: for a page, whose style sheet gives the colours, or as files with their own."""
