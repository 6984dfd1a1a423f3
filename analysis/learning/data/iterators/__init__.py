"""What makes data sets of data sets: each takes splits and gives splits, and reads no sample before it must."""
