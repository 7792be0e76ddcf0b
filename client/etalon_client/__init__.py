"""The client of Etalon: the command `etalon` and a pytest plugin. It knows the service by its HTTP API alone."""

__version__ = "0.1.0"
