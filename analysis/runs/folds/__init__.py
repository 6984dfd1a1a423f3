"""What folds say, in the words and pictures of their page."""
