"""What the records say: tables in, a Result out; no file, clock, setting or picture."""
