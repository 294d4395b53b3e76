"""Find who can stop a war, with which credible promises, and at what price."""

__version__ = "0.1.0"
