"""The places of a template that must be filled in: ［＿どの部分＿］.

The mark is a full-width bracket with a full-width low line on its inner side. 【…】, 〔…〕, ○○ and ［…］ stand in posts
and filings every day, so a reason that quotes them must not be taken for an unfinished one; this pair does not occur
in writing. The robot's face ［＿］ does, and has no word inside: it is no field.
"""

import re

FIELD = re.compile("［＿([^＿［］\n]{1,60})＿］")
# What is left when somebody types over half of a field: a mark with a Japanese letter on its inner side.
HALF = re.compile("［＿(?=[ぁ-んァ-ヶ一-龠々])|(?<=[ぁ-んァ-ヶ一-龠々])＿］")


def fields(text: str) -> list[str]:
    """The names of the places to fill in, in order, each once."""
    return list(dict.fromkeys(FIELD.findall(text)))


def unfilled(text: str) -> bool:
    """Whether a place to fill in, or half of one, is left in a text that is to leave the house."""
    return bool(FIELD.search(text) or HALF.search(text))
