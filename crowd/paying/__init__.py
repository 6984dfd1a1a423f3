"""Pure: what people are owed, under which name it is paid, and what it makes an hour. Values in, values out."""
