"""Batches as other programs want them: tables, folders of files, MLflow's tracking."""
