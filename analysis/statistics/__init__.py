"""Numbers and what they prove. Pure: arrays or counts in, values out."""
