"""One command per question: arguments come in, rooms are called, text and files go out; no numbers are computed here.

Exit codes: 0 done; 2 wrong usage; 3 a case, model or problem file cannot be used as written; 4 a data file breaks its
format; 5 the question has no answer; 6 too large; 7 the result could not be written; 130 interrupted. Errors go to
standard error, results to standard output. Progress is shown on a terminal only.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices are small: more threads only wait, and sum in another order
    from ceasefire.cli.app import app  # noqa: PLC0415 - the library may be imported without the command line
    from ceasefire.errors import CeasefireError  # noqa: PLC0415

    try:
        try:
            app(prog_name="ceasefire", standalone_mode=True)
        finally:
            sys.stdout.flush()
    except CeasefireError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _write_no_more()
        sys.exit(0)
    except OSError as error:
        if error.filename is not None:
            raise
        _write_no_more()
        print(f"the result could not be written: {error.strerror}", file=sys.stderr)  # noqa: T201
        print("  hint: free the place that standard output goes to, or send it elsewhere", file=sys.stderr)  # noqa: T201
        sys.exit(7)


def _write_no_more() -> None:
    """Send what is still in the buffer of standard output nowhere, so that leaving does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
