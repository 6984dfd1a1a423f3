"""Studies that learn, played through with the very policy that would allocate. Pure."""
