"""The rooms of the desk: groups in the header, and under them what belongs together."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tracker.law import N_
from tracker.models import Role


class Room(NamedTuple):
    """A place of the desk: its endpoint, its name, and the least role that may enter."""

    endpoint: str
    label: str
    role: Role = Role.REVIEWER


# In the order of the header. A group of one is a room of its own.
GROUPS: tuple[tuple[str, tuple[Room, ...]], ...] = (
    (N_("作業一覧"), (Room("staff.worklist", N_("作業一覧")),)),
    (
        N_("承認"),
        (
            Room("staff.approval_list", N_("承認"), Role.LEAD),
            Room("staff.breach_list", N_("違反の記録"), Role.LEAD),
        ),
    ),
    (
        N_("状況"),
        (
            Room("staff.dashboard", N_("状況")),
            Room("staff.watch", N_("見張り")),
            Room("staff.forecast", N_("見込み")),
            Room("staff.team", N_("働く日")),
            Room("staff.burden_meter", N_("申出の負担")),
            Room("staff.channels", N_("ほかの知らせ先"), Role.LEAD),
        ),
    ),
    (
        N_("通知"),
        (
            Room("staff.mailroom", N_("通知")),
            Room("staff.appeal_list", N_("不服申立て")),
            Room("staff.sender_systems", N_("発信者に渡すシステム"), Role.LEAD),
        ),
    ),
    (
        N_("通信履歴の保存"),
        (
            Room("staff.holds", N_("通信履歴の保存")),
            Room("staff.papers_room", N_("法的な書面")),
            Room("staff.retention", N_("保存期間の表")),
        ),
    ),
    (
        N_("年次公表"),
        (
            Room("staff.report_years", N_("年次公表")),
            Room("staff.ledger", N_("投稿の管理の記録"), Role.LEAD),
            Room("staff.sender_counts", N_("発信者数")),
        ),
    ),
    (
        N_("基準と届出"),
        (
            Room("staff.criteria", N_("基準")),
            Room("staff.reason_templates", N_("理由のひな形")),
            Room("staff.specialists", N_("専門員")),
            Room("staff.filings", N_("届出")),
            Room("staff.digest", N_("事例の資料")),
            Room("staff.calendars", N_("暦と法令"), Role.MANAGER),
        ),
    ),
)


def header(current: str, may: Callable[[Role], bool], link: Callable[[str], str]) -> tuple[list[Any], list[Any]]:
    """The links of the header, and those beside the room somebody is in; none where it stands alone."""
    groups, beside = [], []
    for label, rooms in GROUPS:
        mine = [room for room in rooms if may(room.role)]
        if not mine:
            continue
        here = any(room.endpoint == current for room in mine)
        groups.append({"href": link(mine[0].endpoint), "label": label, "current": here})
        if here and len(mine) > 1:
            beside = [
                {"endpoint": r.endpoint, "href": link(r.endpoint), "label": r.label, "current": r.endpoint == current}
                for r in mine
            ]
    return groups, beside
