"""The API as a whole: who asks, how it says no, how often one may ask, and what its schema says."""
