"""The page that shows what folds say."""
