"""What an embedded server says when it cannot run."""


class EmbeddedServerError(RuntimeError):
    """A sentence for a person: what is wrong, and what to do."""
