"""Fuzzing of what clients send: `python -m harness.fuzz --minutes 10`."""
