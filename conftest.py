"""Run the examples in README.md and docs: Python blocks, and `$` lines of console blocks with the output they show."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

ROOT = Path(__file__).parent


def _matches(expected: str, got: str) -> bool:
    pattern = r".*?".join(re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(pattern, got.strip(), re.DOTALL) is not None


def run_console(example: Example) -> str | None:
    """Run each `$` line in the repository; compare the output where the block shows one."""
    for block in re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)[1:]:
        command, _, expected = block.partition("\n")
        done = subprocess.run(  # noqa: S602 - the commands are our own documentation
            f"{shlex.quote(sys.executable)} -m {command}" if command.startswith("ceasefire") else command,
            shell=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        got = done.stdout + done.stderr
        if expected.strip() and not _matches(expected, got):
            return f"$ {command}\nexpected:\n{expected}\ngot:\n{got}"
        if not expected.strip() and done.returncode:
            return f"$ {command}\nexit code {done.returncode}\n{got}"
    return None


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(language="console", evaluator=run_console)],
    patterns=["*.md"],
).pytest()
