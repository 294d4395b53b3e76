"""Run the command line as ``python -m ceasefire``."""

from ceasefire.cli import main

main()
