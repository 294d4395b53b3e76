# Tasks of the project; `just --list` names them. Install `just` with `pip install '.[dev]'`.

# Lint, types, import directions
check:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

# Tests, doctests, executed docs
test *args:
    pytest {{args}}

# The brief in a real browser (needs Chromium and `pip install '.[screens]'`)
screens:
    pytest -m screens tests/screens

# Measurements; prints figures, asserts nothing
bench:
    python benchmarks/run.py
