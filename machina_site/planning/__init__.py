"""Plan an experiment before it is paid for: its own definition, prices and policy, put together."""
