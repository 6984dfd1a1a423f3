"""Which settings to compute: sweeps in a document, and the searches that go through them."""
