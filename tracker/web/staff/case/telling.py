"""The senders who are still to be told (法27条): each with its draft, and the earlier notices not to tell it again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlmodel import Session

from tracker.casework import told_before
from tracker.casework.folder import Folder
from tracker.casework.told_before import Before
from tracker.i18n import listed, short_time
from tracker.letters.write import Draft
from tracker.web.staff.case.items import numbers
from tracker.web.staff.case.letters import CHANNELS


def sender_rows(session: Session, found: Folder, drafts: Sequence[Draft], tab: str) -> list[dict[str, Any]]:
    """The drafts to senders with the numbers of their items; on the tab of letters with what was told them before."""
    nos = {v.item.id: v.item.no for v in found.items}
    accounts: dict[UUID | None, str] = {v.sender.id: v.sender.account for v in found.items if v.sender}
    covers: Mapping[UUID, list[UUID]] = {d.sender_id: [i for i, _d in d.covers] for d in drafts if d.sender_id}
    known = told_before.earlier(session, found.notice, covers) if covers and tab == "letters" else {}
    rows = []
    for draft in drafts:
        record = known.get(draft.sender_id) if draft.sender_id else None
        rows.append(
            {
                "draft": draft,
                "nos": numbers(nos[item] for item, _decision in draft.covers),
                "account": accounts.get(draft.sender_id),
                "befores": [("", _("選んでください")), *((str(b.letter), _before(b)) for b in record.notices)]
                if record and record.notices
                else [],
                "lacks": listed(_(told_before.PARTS[part]) for part in record.lacks) if record else "",
            }
        )
    return rows


def _before(one: Before) -> str:
    words = {
        "number": one.number,
        "when": short_time(one.given_at),
        "how": _(CHANNELS[one.channel]),
        "clauses": listed(one.clauses),
    }
    if one.clauses:
        return str(_("%(when)s %(number)s（%(how)s、%(clauses)s）", **words))
    return str(_("%(when)s %(number)s（%(how)s）", **words))
