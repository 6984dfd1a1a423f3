"""A small shop that tries out its button: the example of docs/tutorial/bandit-in-your-app.md."""
