"""The intake form that claimants send and staff copy from paper."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from uuid import uuid4

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField

from tracker.casework.intake import MOST_ITEMS, FiledItem, Filing
from tracker.law.grounds import Circumstance, Right, Standing
from tracker.web.reading import mail_address, normal_url, plain_text, single_line

LONGEST_TEXT = 20_000
LONGEST_QUOTE = 5_000
LONGEST_URL = 4_000
LONGEST_LINE = 200
TELL = ("name", "contact", "evidence")  # what a claimant may let the sender know


def form_token(value: str | None) -> str:
    """The token of a form that comes back, or a new one."""
    return value if value and re.fullmatch("[0-9a-f]{32}", value) else uuid4().hex


@dataclass(frozen=True)
class Row:
    """One item of the form as typed."""

    url: str = ""
    quote: str = ""
    account: str = ""
    posted: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was typed into it."""
        return not (self.url or self.quote or self.account or self.posted)


class IntakeForm(Form):
    """A filing as typed. `problems` after validate() are (anchor on the page, sentence), in the order of the page."""

    token = HiddenField(filters=[form_token])
    standing = RadioField(validate_choice=False)
    rights = SelectMultipleField(validate_choice=False)
    primary = StringField(filters=[single_line])
    many = TextAreaField(filters=[plain_text])
    reason = TextAreaField(filters=[plain_text])
    circumstances = SelectMultipleField(validate_choice=False)
    name = StringField(filters=[single_line])
    email = StringField(filters=[single_line])
    phone = StringField(filters=[single_line])
    tell = SelectMultipleField(validate_choice=False)
    confirm = BooleanField()

    email_required = True  # a letter or a call may bring none
    confirm_required = True

    def __init__(self, formdata: "MultiDict[str, str] | None" = None, **more: object) -> None:
        super().__init__(formdata, **more)
        for field in (self.rights, self.circumstances, self.tell):
            field.data = field.data or []
        self.rows = _rows(formdata) if formdata else [Row()]
        self.problems: list[tuple[str, str]] = []
        self._items: list[FiledItem] = []

    def validate(self, extra_validators: object = None) -> bool:
        """Check everything and collect `problems`: sentences for the person who typed."""
        self.problems = [
            *self._check_choices(),
            *self._check_items(),
            *self._check_reason(),
            *self._check_contact(),
        ]
        if self.confirm_required and not self.confirm.data:
            self.problems.append(("confirm", _("書いた内容が事実に相違ないことを確かめて、印を付けてください。")))
        return not self.problems

    def error(self, anchor: str) -> list[str]:
        """The sentences that belong to one field."""
        return [message for where, message in self.problems if where == anchor]

    def same_urls(self) -> list[list[int]]:
        """The numbers of items that name the same address: pointed out, never merged."""
        return same_urls(self._items)

    def add_row(self) -> None:
        """One more item to fill in."""
        self.rows.append(Row())

    def drop_row(self, number: int) -> None:
        """Take item `number` out; the form keeps one."""
        self.rows = [row for n, row in enumerate(self.rows, 1) if n != number] or [Row()]

    def filing(self) -> Filing:
        """What was filed. Only after validate() said yes."""
        rights = [r for r in Right if r.value in self.rights.data]
        return Filing(
            token=self.token.data,
            standing=Standing(self.standing.data),
            rights=rights,
            primary_right=Right(self.primary.data) if self.primary.data else rights[0],
            items=self._items,
            reason=self.reason.data,
            name=self.name.data,
            email=mail_address(self.email.data) if self.email.data else "",
            phone=unicodedata.normalize("NFKC", self.phone.data),
            circumstances=[c for c in Circumstance if c.value in self.circumstances.data],
            tell=[t for t in TELL if t in self.tell.data],
        )

    def _check_choices(self) -> list[tuple[str, str]]:
        found = []
        if self.standing.data not in list(Standing):
            found.append(("standing", _("あなたの立場を選んでください。")))
        chosen = [r for r in self.rights.data if r in list(Right)]
        if not chosen:
            found.append(("rights", _("侵害された権利を1つ以上選んでください。迷ったら「その他」でかまいません。")))
        elif self.primary.data and self.primary.data not in chosen:
            found.append(("primary", _("中心になる権利は、上で選んだ権利の中から選んでください。")))
        return found

    def _check_items(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        items: list[FiledItem] = []
        for n, row in enumerate(self.rows, 1):
            if not row.empty:
                anchor, message = _check_row(n, row)
                if message:
                    found.append((anchor, message))
                items.append(FiledItem(row.url, _normal_or_empty(row.url), row.quote, row.account, row.posted))
        lines = [(n, line) for n, line in enumerate(map(single_line, self.many.data.split("\n")), 1) if line]
        bad = [n for n, line in lines if len(line) > LONGEST_URL or not _normal_or_empty(line)]
        if bad:
            where = "、".join(str(n) for n in bad[:10]) + (_(" ほか") if len(bad) > 10 else "")
            message = _(
                "まとめて貼った欄の%(n)s行目が読み取れません。投稿のページを開き、「https://」から始まるURLを写してください。",
                n=where,
            )
            found.append(("many", message))
        items += [FiledItem(line, _normal_or_empty(line)) for _n, line in lines]
        if not items:
            found.append(("url-1", _("どこに書かれているか、URLを1つ以上貼り付けてください。")))
        if len(items) > MOST_ITEMS:
            message = _(
                "投稿は1回に%(most)s件までです。いま%(n)s件あります。残りは、別の申出として送ってください。",
                most=MOST_ITEMS,
                n=len(items),
            )
            found.append(("many" if lines else f"url-{len(self.rows)}", message))
        self._items = items
        return found

    def _check_reason(self) -> list[tuple[str, str]]:
        if not self.reason.data:
            return [("reason", _("なぜ権利の侵害だと考えるか、理由を書いてください。1行でもかまいません。"))]
        if len(self.reason.data) > LONGEST_TEXT:
            return [("reason", _too_long(_("理由"), LONGEST_TEXT, len(self.reason.data)))]
        return []

    def _check_contact(self) -> list[tuple[str, str]]:
        found = []
        if not self.name.data:
            found.append(("name", _("名前を書いてください。お知らせの宛名に使います。")))
        for anchor, label, value in (
            ("name", _("名前"), self.name.data),
            ("email", _("メールアドレス"), self.email.data),
            ("phone", _("電話番号"), self.phone.data),
        ):
            if len(value) > LONGEST_LINE:
                found.append((anchor, _too_long(label, LONGEST_LINE, len(value))))
        if self.email.data:
            try:
                mail_address(self.email.data)
            except ValueError as error:
                found.append(("email", str(error)))
        elif self.email_required:
            found.append(("email", _("メールアドレスを書いてください。受付番号と結果をお知らせするために使います。")))
        return found


def same_urls(items: "list[FiledItem]") -> list[list[int]]:
    """The numbers of items that name the same address."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for n, item in enumerate(items, 1):
        if item.url_normal:
            numbers[item.url_normal].append(n)
    return [found for found in numbers.values() if len(found) > 1]


def _rows(formdata: "MultiDict[str, str]") -> list[Row]:
    columns = (formdata.getlist(name) for name in ("url", "quote", "account", "posted"))
    rows = [
        Row(single_line(url), plain_text(quote), single_line(account), single_line(posted))
        for url, quote, account, posted in zip_longest(*columns, fillvalue="")
    ]
    return rows or [Row()]


def _check_row(n: int, row: Row) -> tuple[str, str]:
    """Where an item is wrong, and a sentence; the sentence is empty when it is right."""
    limits = (
        ("url", _("URL"), row.url, LONGEST_URL),
        ("quote", _("問題の箇所"), row.quote, LONGEST_QUOTE),
        ("account", _("アカウント"), row.account, LONGEST_LINE),
        ("posted", _("投稿された日時"), row.posted, LONGEST_LINE),
    )
    for name, label, value, most in limits:
        if len(value) > most:
            return f"{name}-{n}", _too_long(_("%(n)s件目の%(label)s", n=n, label=label), most, len(value))
    if row.url and not _normal_or_empty(row.url):
        return f"url-{n}", _(
            "%(n)s件目のURLが読み取れません。投稿のページを開き、「https://」から始まるURLを写してください。", n=n
        )
    if not row.url and not (row.quote and row.account):
        return f"url-{n}", _(
            "%(n)s件目のURLを貼り付けてください。URLがわからないときは、問題の箇所と、投稿した人のアカウントを書いてください。",
            n=n,
        )
    return "", ""


def _normal_or_empty(url: str) -> str:
    try:
        return normal_url(url) if url else ""
    except ValueError:
        return ""


def _too_long(label: str, most: int, length: int) -> str:
    words: str = _(
        "%(label)sは%(most)s字までです。いま%(n)s字あります。長い資料は、PDFや画像で添えられます。",
        label=label,
        most=f"{most:,}",
        n=f"{length:,}",
    )
    return words
