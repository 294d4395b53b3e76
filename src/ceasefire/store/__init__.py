"""Files that are whole or absent: atomic writing, content hashes, and the manifest of a result.

Paths, bytes and names with hashes come in; files, hashes and frozen manifests go out. A killed process leaves the old file
or the new one. Refuses places that cannot be written, with the reason, and manifests with doubled names or broken hashes.
"""

from ceasefire.store.files import sha256_of, staged, to_disk, write_bytes, write_text
from ceasefire.store.manifest import Manifest

__all__ = ["Manifest", "sha256_of", "staged", "to_disk", "write_bytes", "write_text"]
