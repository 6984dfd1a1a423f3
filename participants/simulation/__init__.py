"""Scripted participants: they open the real pages over HTTP, read the forms as a browser would, and answer."""
