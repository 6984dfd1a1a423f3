"""Shipped components, declared: names, parameters and requirements. Numpy is imported when one is built."""
