"""What a file is, told by its content and never by its name; and a kind word for what cannot be taken."""

import filetype

from tracker.law import N_

KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "application/pdf": "PDF"}

OTHER = N_("「%(name)s」は画像（PNG・JPEG・WebP）でもPDFでもないため、受け取れません。")
MARKUP = N_(
    "「%(name)s」は、開くとプログラムが動くことのある種類（SVG・HTMLなど）のため、受け取れません。"
    "表示した画面のスクリーンショットを添えてください。"
)
PACKED = N_(
    "「%(name)s」は、圧縮ファイルか、WordやExcelなどの文書のため、受け取れません。"
    "中の画像は1つずつ、文書はPDFにして添えてください。"
)
PHONE = N_(
    "「%(name)s」は、iPhoneなどの写真の形式（HEIC・AVIF）のため、受け取れません。"
    "写真を表示した画面のスクリーンショットを添えてください。"
)
FILM = N_(
    "「%(name)s」は、動画か音声のため、受け取れません。問題の場面のスクリーンショットを添え、"
    "何分何秒の場面かを理由に書いてください。"
)
PICTURE = N_(
    "「%(name)s」は、受け取れない種類の画像です。PNGかJPEGで保存し直すか、"
    "表示した画面のスクリーンショットを添えてください。"
)

_STILLS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
_PACKS = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"BZh", b"\xfd7zXZ")
_TAGS = (b"<svg", b"<html", b"<!doctype", b"<script", b"<?xml", b"<?php", b"<body", b"<iframe")


def recognise(body: bytes) -> str:
    """The media type of an acceptable file by its first bytes; empty for any other."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    if body.removeprefix(b"\xef\xbb\xbf").startswith(b"%PDF-"):
        return "application/pdf"
    return ""


def refusal(body: bytes) -> str:
    """Why a file of another kind is not taken, and what to send instead."""
    head = body[:1024].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lower()  # UTF-16 too
    if any(tag in head for tag in _TAGS):
        return MARKUP
    if body.startswith(_PACKS):
        return PACKED
    if body[4:8] == b"ftyp":
        return PHONE if body[8:12] in _STILLS else FILM
    found = filetype.guess_mime(body[:8192]) or ""
    return {"image": PICTURE, "video": FILM, "audio": FILM}.get(found.partition("/")[0], OTHER)
