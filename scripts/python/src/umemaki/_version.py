"""The version, said here alone: that of the program whose documents the package reads."""

__version__ = "0.1.0"
