"""Which of two models would you trust? A study of explanations."""
