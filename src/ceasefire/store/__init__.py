"""Files that are whole or absent: atomic writing, content hashes.

A killed process leaves the old file or the new one. Refuses places that cannot be written, with the reason.
"""

from ceasefire.store.files import sha256_of, staged, write_text

__all__ = ["sha256_of", "staged", "write_text"]
