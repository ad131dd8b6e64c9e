"""The statute book: the Act's facts, clocks, holds, grounds and editions as tables. Standard library only."""


def N_(text: str) -> str:
    """Mark `text` for translation without translating it: tables of law are read in many languages later."""
    return text
