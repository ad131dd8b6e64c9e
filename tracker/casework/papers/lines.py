"""One thing in a line: an account or an address with words about it is not found again among those of the notices."""

import re
import unicodedata

# Several words, brackets, a title before a colon, or "and others".
MORE = re.compile(r"[\s,、。;()\[\]「」『』【】<>]|ほか|及び|並びに|外\d|@.+@")
SCHEME = "://"


def is_one_account(line: str) -> bool:
    """Whether a line is a bare account. An account with a colon in it would be read as a title and a name."""
    text = unicodedata.normalize("NFKC", line).strip()
    return not MORE.search(text) and ":" not in text


def is_one_address(line: str) -> bool:
    """Whether a line is a bare address: nothing around it, and nothing in it that only a sentence has."""
    text = unicodedata.normalize("NFKC", line).strip()
    return (
        text.startswith(("http://", "https://"))
        and text.count(SCHEME) == 1
        and not re.search(r"[\s、。「」【】]|[;,\]]$|[;,]\s*http|の投稿|にある", text)
    )
