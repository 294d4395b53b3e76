"""Files of the field for tests and measurement only; the project does not ship them."""

import csv
import gzip
import io
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def rows_of(path, **reading):
    """Read a CSV file of the shared data, or skip the test."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"{path} is not here: shared data are for tests and are not shipped")
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), **reading))
