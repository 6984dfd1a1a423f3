"""What blocks that choose their stimuli have shown and found out."""
