"""The field's event data: readers of its formats, one event table, rejects and coverage, and the store that keeps them.

Files and folders of files come in; rows of the event table, rejected rows with their reasons, and counts go out.
Refuses files that no reader recognises, and never drops a row without saying so: rows in = rows kept + rows rejected.
"""

from ceasefire.events.asking import Question
from ceasefire.events.formats import Format, Head, Layout, Lookup, known_formats
from ceasefire.events.importing import Import, import_files
from ceasefire.events.keeping import Coverage, EventStore, Status, Tally
from ceasefire.events.loading import Counts
from ceasefire.events.presets import Preset, preset
from ceasefire.events.reading import Answer, Reading, read, scan
from ceasefire.events.sieve import Reject
from ceasefire.events.table import COLUMNS, NAMES, TYPES, Coded, Column, EventTable

__all__ = [
    "COLUMNS",
    "NAMES",
    "TYPES",
    "Answer",
    "Coded",
    "Column",
    "Counts",
    "Coverage",
    "EventStore",
    "EventTable",
    "Format",
    "Head",
    "Import",
    "Layout",
    "Lookup",
    "Preset",
    "Question",
    "Reading",
    "Reject",
    "Status",
    "Tally",
    "import_files",
    "known_formats",
    "preset",
    "read",
    "scan",
]
