"""Everyday pairs: what happens to real pages between two releases, with the truth read from the DOM."""
