"""The intake form that claimants send and staff copy from paper."""

import re
import unicodedata
from uuid import uuid4

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField

from tracker.casework.intake import FORM_VERSION, FORM_VERSIONS, MOST_ITEMS, FiledItem, Filing
from tracker.law.grounds import Circumstance, Right, Standing
from tracker.law.questions import QUESTIONS, Question, asked
from tracker.models import Doubt
from tracker.web.places import (
    LONGEST_LINE,
    BadRow,
    BadRows,
    Row,
    by_reason,
    check_row,
    folded,
    read_list,
    rows_of,
    same_rows,
    same_urls,
    too_long,
    too_many,
)
from tracker.web.reading import doubtful, mail_address, plain_text, single_line
from tracker.web.table import joined

LONGEST_TEXT = 20_000
LONGEST_ANSWER = 1_000
FEW_ROWS = 10  # rows that are told one by one
FOR_ANOTHER = (Standing.GUARDIAN, Standing.LAWYER, Standing.BEREAVED)  # they file for the right of one who is named
TELL = ("name", "contact", "evidence")  # what a claimant may let the sender know
TRAP = "homepage"  # a field that people do not see: a program fills it in, or a browser by itself


def form_token(value: str | None) -> str:
    """The token of a form that comes back, or a new one."""
    return value if value and re.fullmatch("[0-9a-f]{32}", value) else uuid4().hex


def list_text(value: str | None) -> str:
    """A pasted list as sent: an empty cell at its beginning or its end is a cell."""
    return plain_text(f"|{value or ''}|")[1:-1].strip("\n ")


def form_version(value: str | None) -> str:
    """The version of the page that was filled in; the first one did not say."""
    return value if value in FORM_VERSIONS else FORM_VERSIONS[0] if value is None else FORM_VERSION


class IntakeForm(Form):
    """A filing as typed. `problems` after validate() are (anchor on the page, sentence), in the order of the page."""

    token = HiddenField(filters=[form_token])
    standing = RadioField(validate_choice=False)
    rights = SelectMultipleField(validate_choice=False)
    primary = StringField(filters=[single_line])
    many = TextAreaField(filters=[list_text])
    skip = BooleanField()  # file what could be read of the list
    reason = TextAreaField(filters=[plain_text])
    circumstances = SelectMultipleField(validate_choice=False)
    name = StringField(filters=[single_line])
    email = StringField(filters=[single_line])
    other = StringField(filters=[single_line])  # another address of mail, where mail may not arrive
    phone = StringField(filters=[single_line])
    caution = StringField(filters=[single_line])  # what to mind when they are reached
    office = StringField(filters=[single_line])
    whose = StringField(filters=[single_line])  # whose right it is, where another files
    withhold = BooleanField()  # the reason, too
    tell = SelectMultipleField(validate_choice=False)
    confirm = BooleanField()
    follows = StringField(filters=[single_line])  # the number of an earlier filing, carried along from its status page

    email_required = True  # a letter or a call may bring none
    confirm_required = True

    def __init__(self, formdata: "MultiDict[str, str] | None" = None, **more: object) -> None:
        super().__init__(formdata, **more)
        for field in (self.rights, self.circumstances, self.tell):
            field.data = field.data or []
        self.rows, rest = folded(rows_of(formdata) if formdata else [Row()])
        self.many.data = joined(self.many.data, rest)
        typed = formdata or MultiDict()
        self.answers = {q.key: plain_text(typed.get(f"answer-{q.key}")) for some in QUESTIONS.values() for q in some}
        self.version = form_version(typed.get("form_version")) if formdata else FORM_VERSION
        self.trapped = bool(typed.get(TRAP, "").strip())
        self.problems: list[tuple[str, str]] = []
        self.bad_rows: list[BadRow] = []
        self.listed = 0  # rows of the list that can be taken
        self.same_lines: list[list[int]] = []  # the numbers of its rows that name the same address
        self._items: list[FiledItem] = []

    def validate(self, extra_validators: object = None) -> bool:
        """Check everything and collect `problems`: sentences for the person who typed."""
        self.problems = [
            *self._check_choices(),
            *self._check_items(),
            *self._check_reason(),
            *self._check_answers(),
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

    @property
    def bad_groups(self) -> list[BadRows]:
        """The bad rows by what is wrong with them, where they are too many to be read one by one."""
        return by_reason(self.bad_rows) if len(self.bad_rows) > FEW_ROWS else []

    @property
    def items(self) -> list[FiledItem]:
        """The items that were named. Only after validate()."""
        return self._items

    @property
    def asked(self) -> list[Question]:
        """The questions that follow from what was chosen."""
        return asked([*self._rights(), *self._circumstances()])

    @property
    def unsure_mail(self) -> bool:
        """Whether mail to the address may not arrive, so that another way is asked for and none has to be given."""
        address = unicodedata.normalize("NFKC", self.email.data)
        return "@" in address and doubtful(address)

    @property
    def else_reached(self) -> str:
        """How the claimant is reached but by mail to the one address: a telephone, and another address if asked for."""
        other = self.other.data if self.unsure_mail else ""
        return "、".join(unicodedata.normalize("NFKC", one) for one in (self.phone.data, other) if one)

    def add_list(self, text: str) -> None:
        """Write an uploaded list under what was pasted."""
        self.many.data = joined(self.many.data, list_text(text))

    def add_row(self) -> None:
        """One more item to fill in, up to as many as can be filed."""
        if len(self.rows) < MOST_ITEMS:
            self.rows.append(Row())

    def drop_row(self, number: int) -> None:
        """Take item `number` out; the form keeps one."""
        self.rows = [row for n, row in enumerate(self.rows, 1) if n != number] or [Row()]

    def filing(self) -> Filing:
        """What was filed. Only after validate() said yes."""
        rights = self._rights()
        return Filing(
            token=self.token.data,
            standing=Standing(self.standing.data),
            rights=rights,
            primary_right=Right(self.primary.data) if self.primary.data else rights[0],
            items=self._items,
            reason=self.reason.data,
            name=self.name.data,
            email=mail_address(self.email.data) if self.email.data else "",
            phone=self.else_reached,
            circumstances=self._circumstances(),
            tell=[t for t in TELL if t in self.tell.data],
            answers={q.key: self.answers[q.key] for q in self.asked if self.answers[q.key]},
            reason_withheld=bool(self.withhold.data),
            caution=self.caution.data,
            office=self.office.data if self.standing.data == Standing.COMPANY else "",
            whose=self.whose.data if self.standing.data in FOR_ANOTHER else "",
            form_version=self.version,
            doubts=[Doubt.TRAP] if self.trapped else [],
            follows=self.follows.data,
        )

    def _rights(self) -> list[Right]:
        return [r for r in Right if r.value in self.rights.data]

    def _circumstances(self) -> list[Circumstance]:
        return [c for c in Circumstance if c.value in self.circumstances.data]

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
        typed = [(n, row) for n, row in enumerate(self.rows, 1) if not row.empty]
        for n, row in typed:
            anchor, message = check_row(n, row)
            if message:
                found.append((anchor, message))
        listed, self.bad_rows = read_list(self.many.data)
        self.listed, self.same_lines = len(listed), same_rows(listed)
        self._items = [*(row.filed() for _n, row in typed), *(item for _line, item in listed)]
        if self.bad_rows and not (self.skip.data and self._items):
            found.append(("many", self._unread_rows()))
        elif not self._items:
            found.append(("url-1", _("どこに書かれているか、URLを1つ以上貼り付けてください。")))
        if words := too_many(len(self._items)):
            found.append(("many" if listed else f"url-{len(self.rows)}", words))
        return found

    def _unread_rows(self) -> str:
        first = "、".join(str(row.number) for row in self.bad_rows[:FEW_ROWS])
        words: str = (
            _("まとめて貼った欄の%(n)s行目が読み取れません。行ごとの理由は、欄の下に書いています。", n=first)
            if len(self.bad_rows) <= FEW_ROWS
            else _(
                "まとめて貼った欄の%(first)s行目など、あわせて%(n)s行が読み取れません。理由は、欄の下に書いています。",
                first=first,
                n=len(self.bad_rows),
            )
        )
        return words

    def _check_reason(self) -> list[tuple[str, str]]:
        if not self.reason.data:
            return [("reason", _("なぜ権利の侵害だと考えるか、理由を書いてください。1行でもかまいません。"))]
        if len(self.reason.data) > LONGEST_TEXT:
            return [("reason", too_long(_("理由"), LONGEST_TEXT, len(self.reason.data)))]
        return []

    def _check_answers(self) -> list[tuple[str, str]]:
        return [
            (f"answer-{q.key}", too_long(_(q.label), LONGEST_ANSWER, len(self.answers[q.key])))
            for q in self.asked
            if len(self.answers[q.key]) > LONGEST_ANSWER
        ]

    def _check_contact(self) -> list[tuple[str, str]]:
        found = []
        if not self.name.data:
            found.append(("name", _("名前を書いてください。お知らせの宛名に使います。")))
        for anchor, label, value in (
            ("name", _("名前"), self.name.data),
            ("email", _("メールアドレス"), self.email.data),
            ("other", _("別のメールアドレス"), self.other.data),
            ("phone", _("電話番号"), self.phone.data),
            ("caution", _("連絡するときに気をつけてほしいこと"), self.caution.data),
            ("office", _("部署・担当者"), self.office.data),
            ("whose", _("権利を侵害された人の名前"), self.whose.data),
        ):
            if len(value) > LONGEST_LINE:
                found.append((anchor, too_long(label, LONGEST_LINE, len(value))))
        if self.email.data:
            try:
                mail_address(self.email.data)
            except ValueError as error:
                found.append(("email", str(error)))
        elif self.email_required:
            found.append(("email", _("メールアドレスを書いてください。受付番号と結果をお知らせするために使います。")))
        return found
