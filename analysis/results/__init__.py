"""Results that stay valid while the study runs: tallies, looks, analyses, their pages and reports."""
