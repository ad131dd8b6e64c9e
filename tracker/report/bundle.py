"""All files of a version in one: the same bytes whenever and wherever it is made."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip knows: nobody's clock is in it
READABLE = 0o644 << 16


def bundle(files: Mapping[str, bytes], folder: str) -> bytes:
    """A zip with `files` in `folder`, by name. Nothing is compressed: how small a file gets hangs on the library."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as zipped:
        for name in sorted(files):
            entry = ZipInfo(f"{folder}/{name}", EPOCH)
            entry.external_attr, entry.create_system = READABLE, 3
            zipped.writestr(entry, files[name])
    return written.getvalue()
