"""The ways to an answer, one for each method that plans name, imported when first asked for."""
