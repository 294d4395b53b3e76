"""Fetch event files from where their makers publish them; this is the only room that speaks to a network, and only when told.

A source and a span of days come in; whole files with their checksums checked come out, in a folder of the user's. A token is
taken from the environment or the system's keyring, sent to its source, and written nowhere.
"""

from ceasefire.events.fetching.sources import SOURCES, Fetched, fetch
from ceasefire.events.fetching.wire import Wire

__all__ = ["SOURCES", "Fetched", "Wire", "fetch"]
