"""Which version may be used, and why a clause may not carry a measure (法26条1項)."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.casework.criteria.versions import known_from, versions
from tracker.i18n import day_text, gettext as _, listed, term
from tracker.law.grounds import MeasureKind, Origin
from tracker.law.period import japanese_day
from tracker.models import Clause, CriteriaVersion


def current(session: Session, service_id: UUID, at: datetime) -> CriteriaVersion | None:
    """The version in use at `at`: of those that may be used, the one published last."""
    return next((v for v in versions(session, service_id) if v.usable_from <= at), None)


def refusal(
    session: Session,
    service_id: UUID,
    clause: Clause,
    at: datetime,
    *,
    origin: Origin | None = None,
    kind: MeasureKind | None = None,
) -> str | None:
    """Why `clause` can't carry a measure of `service_id` taken at `at`, as a sentence; None if it can.

    A version takes the place of another from its first day of use, and not before it was entered here: a measure of an
    earlier day was judged by what was known then.

    `origin` is how the provider learnt of the content and `kind` the measure, where they are known.
    """
    version = session.get_one(CriteriaVersion, clause.criteria_id)
    if version.service_id != service_id:
        return _("ほかのサービスの基準は使えません。")
    if at < version.usable_from:
        return _(
            "第%(version)s版の基準は%(day)sから使えます（公表から中14日、法26条1項・規則17条）。",
            version=version.version,
            day=day_text(japanese_day(version.usable_from)),
        )
    newest = _in_use(session, service_id, at)
    if newest and newest.id != version.id and _after(newest, version):
        return _(
            "第%(version)s版は、第%(newest)s版に置き換えられています。",
            version=version.version,
            newest=newest.version,
        )
    return uncovered(clause, origin, kind)


def _in_use(session: Session, service_id: UUID, at: datetime) -> CriteriaVersion | None:
    """The version in use at `at`, as far as it was known here at that instant."""
    known = known_from(session, service_id)
    return next((v for v in versions(session, service_id) if v.usable_from <= at and known[v.id] <= at), None)


def _after(one: CriteriaVersion, other: CriteriaVersion) -> bool:
    """Whether `one` comes after `other` in time."""
    first, second = ((v.usable_from, v.published_at, v.version) for v in (one, other))
    return first > second


def uncovered(clause: Clause, origin: Origin | None, kind: MeasureKind | None) -> str | None:
    """Why a clause does not speak of this way of learning or of this measure, as a sentence; None where it does."""
    if origin and clause.origins and origin.value not in clause.origins:
        return _(
            "「%(clause)s」は、%(named)sで知った情報を対象にしています。%(origin)sで知った情報には使えません（法26条1項・2項1号）。",
            clause=f"{clause.number} {clause.title}",
            named=listed([term(Origin(o)).label for o in clause.origins]),
            origin=term(origin).label,
        )
    if kind and clause.measures and kind.value not in clause.measures:
        return _(
            "「%(clause)s」が認める措置は、%(named)sです。%(kind)sには使えません（法26条1項）。",
            clause=f"{clause.number} {clause.title}",
            named=listed([term(MeasureKind(m)).label for m in clause.measures]),
            kind=term(kind).label,
        )
    return None
