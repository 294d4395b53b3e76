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
