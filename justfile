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

# Measurements, printed beside the peers that are installed; logs of long runs are in benchmarks/logs
bench:
    python benchmarks/graphmodel_speed.py
    python benchmarks/graphmodel_further.py
    python benchmarks/graphmodel_inverse.py
    python benchmarks/mediation_speed.py
    python benchmarks/mediation_robustness.py
    python benchmarks/record_ledger.py
    python benchmarks/events_speed.py 200000 --repeats 1
    python benchmarks/leverage_trade.py
    python benchmarks/brief.py
