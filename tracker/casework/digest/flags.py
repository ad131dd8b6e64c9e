"""What may lead a reader to somebody although nothing known stands there: a person looks at each such place.

Parts of a post, quotes, and what looks like personal data. Nothing is published with a place that was neither taken
out nor confirmed by a click: a few words of a post, put into a search, find the post.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from tracker.casework.digest.folding import fold
from tracker.casework.digest.known import Kind
from tracker.casework.digest.removal import MARKS, Found, looks_like, merged

RUN = 8  # folded characters in a row that are in a post, too
SHORTEST = 4  # a post of fewer characters is said by everybody
QUOTE = re.compile(
    '「[^「」]*(?:「[^「」]*」[^「」]*)*」|『[^『』]*』|“[^“”]*”|〝[^〟]*〟|["＂][^"＂]*["＂]|[「『“〝][^」』”〟]*$'
)
SIGNS = re.compile('[「」『』“”〝〟"＂]')


def flags(text: str, posts: Sequence[str]) -> list[Found]:
    """The places of `text` that a person has to look at, in order; `posts` are folded posts of the case."""
    return merged([*_quotes(text), *_parts(text, posts), *looks_like(text)])


def naming(text: str, found: Found) -> str:
    """What a click confirms: the words of a place, whatever its blanks and line breaks."""
    return "".join(text[found.start : found.end].split())


def unconfirmed(text: str, posts: Sequence[str], confirmed: Collection[str]) -> list[Found]:
    """The places that nobody confirmed yet."""
    return [one for one in flags(text, posts) if naming(text, one) not in confirmed]


def _quotes(text: str) -> Iterator[Found]:
    """Every quote; one that holds nothing but a mark of something taken out quotes nobody."""
    for match in QUOTE.finditer(text):
        inner = SIGNS.sub("", match[0])
        for mark in MARKS.values():
            inner = inner.replace(mark, "")
        if inner.strip():
            yield Found(Kind.QUOTE, match.start(), match.end(), certain=False)


def _parts(text: str, posts: Sequence[str]) -> Iterator[Found]:
    """Each run of characters that a post has, too: RUN of them, or the whole of a shorter post."""
    folded = fold(text)
    for length in {RUN, *(len(post) for post in posts if SHORTEST <= len(post) < RUN)}:
        whole = [post for post in posts if (len(post) >= RUN if length == RUN else len(post) == length)]
        grams = {post[i : i + length] for post in whole for i in range(len(post) - length + 1)}
        for i in range(len(folded.text) - length + 1):
            if folded.text[i : i + length] in grams:
                yield Found(Kind.PART, *folded.place(i, i + length), certain=False)
