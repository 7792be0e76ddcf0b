"""Fuzzing of what clients send: `python -m fuzz --minutes 10`."""
