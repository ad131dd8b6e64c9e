"""A claimant at the public form: the fields as a browser sends them, and files to attach."""

import io
import re
from html import unescape

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def png(colour: str = "white", side: int = 8) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def fields(**changes) -> dict:
    """A complete filing of a defamed person; a list is a field sent several times."""
    return {
        "token": "0123456789abcdef" * 2,
        "standing": "person",
        "rights": ["honor", "privacy"],
        "primary": "",
        "url": ["https://tsumugi.example/p/81f02c"],
        "quote": ["前の職場で金を盗んでクビになった人"],
        "account": [""],
        "posted": [""],
        "many": "",
        "reason": "円満に退職しました。金銭の問題は一切ありません。",
        "name": "水原 あかり",
        "email": "akari@mail.example",
        "phone": "",
        "confirm": "y",
    } | changes


def files(*named: tuple[str, bytes]) -> list:
    """Files as the test client takes them."""
    return [(io.BytesIO(body), name) for name, body in named]


def send(client, slug: str = "tsumugi", attach=(), headers=None, **changes):
    """Send the form as a browser does: multipart, from our own page."""
    data = fields(**changes)
    data["evidence"] = files(*attach) if attach else [(io.BytesIO(b""), "")]
    headers = {"Sec-Fetch-Site": "same-origin"} | (headers or {})
    return client.post(f"/s/{slug}/", data=data, content_type="multipart/form-data", headers=headers)


def text(response) -> str:
    """The words of a page, without its tags."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", response.get_data(as_text=True), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body)))


def value(response, name: str) -> str:
    """The value of the first input of a name."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', response.get_data(as_text=True))
    return unescape(found.group(1)) if found else ""
