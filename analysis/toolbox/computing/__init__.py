"""From a table and a method's name to an answer. Pure: no Django, no I/O."""
