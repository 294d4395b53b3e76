"""The field's event data: readers of its formats, one event table, rejects and coverage, and the store that keeps them.

Files and folders of files come in; rows of the event table, rejected rows with their reasons, and counts go out.
Refuses files that no reader recognises, and never drops a row without saying so: rows in = rows kept + rows rejected.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ceasefire.events.formats import Format, Head, Layout, Lookup, known_formats
from ceasefire.events.loading import Counts
from ceasefire.events.presets import Preset, preset
from ceasefire.events.reading import Answer, Reading, read, scan
from ceasefire.events.rejects import Reject
from ceasefire.events.table import COLUMNS, NAMES, TYPES, Coded, Column, EventTable

if TYPE_CHECKING:
    from ceasefire.events.asking import Question
    from ceasefire.events.importing import Import, import_files
    from ceasefire.events.keeping import Coverage, EventStore, Status, Tally

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

_OF_THE_STORE = {
    "asking": ("Question",),
    "importing": ("Import", "import_files"),
    "keeping": ("Coverage", "EventStore", "Status", "Tally"),
}


def __getattr__(name: str) -> Any:
    """Load the store where it is asked for: a question to files starts without it."""
    for module, names in _OF_THE_STORE.items():
        if name in names:
            return getattr(import_module(f"ceasefire.events.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
