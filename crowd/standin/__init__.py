"""Crowd platforms to rehearse with: real servers that speak the real protocols, and say that they are stand-ins."""
