"""Scripted workers: they browse a stand-in's site, accept, go through the real pages in the frame, and hand in."""
