"""`/live/`: event streams (server-sent events) for whoever wants to be told at once. A process of its own.

ASGI in front of Django's views was measured six times slower and more (decision 3), so it serves these addresses only.
"""
