"""Names of files: as they may be shown, and as they may be saved."""

import unicodedata

NAMELESS = "（名前のないファイル）"
LONGEST = 120
ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
}


def shown_name(name: str) -> str:
    """A file's name as it may be shown: the last part, without invisible characters, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return clean[-LONGEST:] if clean.strip(". ") else NAMELESS


def well_named(name: str, kind: str) -> bool:
    """Whether a name ends as files of its kind do."""
    return name.lower().endswith(ENDINGS[kind])


def saved_name(name: str, kind: str) -> str:
    """The name under which a file is saved: one that ends otherwise gets the ending of what it truly is."""
    return name if well_named(name, kind) else name + ENDINGS[kind][0]
