"""The receipt (法22条2項3号): number, date and time to the second, the day of the answer and how it was counted."""

from collections import Counter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select

from tracker.casework import decisions, hosts, journal, receipts
from tracker.casework.intake import FiledItem
from tracker.casework.signed import attached
from tracker.i18n import counted, listed
from tracker.law.clocks import REPLY
from tracker.law.grounds import Force, Standing
from tracker.law.period import japanese_day
from tracker.models import Case, Claimant, Clock, Notice, Service
from tracker.sealed import open_text
from tracker.web.calculation import recounted
from tracker.web.doors import database, settings
from tracker.web.places import same_urls
from tracker.web.public import bp
from tracker.web.public.counting import counting
from tracker.web.public.own import secret_tries
from tracker.web.public.pages import notice_in, page, service_in
from tracker.web.public.signed import signature
from tracker.web.reading import doubtful


@bp.get("/s/<slug>/receipt/<number>/<secret>")
@secret_tries
def receipt(slug: str, number: str, secret: str) -> str:
    """What was received, when, and by when the claimant hears."""
    with database().reading() as session:
        service = service_in(session, slug)
        notice = notice_in(session, service, number, secret)
        words = {**promised(session, service, notice), **_received(session, service, notice)}
        words["secret"] = receipts.status_secret(session, notice)
        words["signed"] = signature(session, notice)
        words["look_up"] = settings().base_url.rstrip("/") + url_for("public.status_form", slug=service.slug)
    return page("public/receipt.html", service, notice=notice, **words)


def promised(session: Session, service: Service, notice: Notice) -> dict[str, Any]:
    """The day by which the claimant hears, how it was counted, and how strongly it binds."""
    case = session.get_one(Case, notice.case_id)
    clocks = select(Clock).where(
        Clock.case_id == case.id, Clock.rule == REPLY.key, col(Clock.voided_at).is_(None), col(Clock.resumes).is_(None)
    )
    one = recounted(session, session.exec(clocks).one())
    if one.sheet is None:  # the Act has always named the seven days
        raise LookupError(one.clock.edition)
    force = Force.DUTY if case.statutory else Force.VOLUNTARY
    return {
        **counting(one.sheet, confirmed=one.confirmed, force=force, beside=japanese_day(notice.received_at)),
        "statutory": case.statutory,
        "why_voluntary": "" if case.statutory else _why_voluntary(service, notice),
    }


def _why_voluntary(service: Service, notice: Notice) -> str:
    words: str = _(
        "「%(name)s」は、受け付けた時点で、法律の通知の対象になるサービスではありません。", name=service.name
    )
    if notice.standing is Standing.THIRD_PARTY:
        words = _("第三者からの通報として受け付けました。法律の通知は、権利を侵害された人の申出に対するものです。")
    elif not notice.by_published_method:
        words = _("公表している方法の外で届いたため、法律の通知の対象ではありません。")
    return words


def _received(session: Session, service: Service, notice: Notice) -> dict[str, Any]:
    items = decisions.items_of(session, notice)
    came_with_it = attached(journal.history(session, session.get_one(Case, notice.case_id)))
    files = Counter("PDF" if file["kind"] == "application/pdf" else _("画像") for file in came_with_it)
    what = [counted("%(n)s件の投稿", len(items))]
    what += [_("%(kind)s%(n)s点", kind=kind, n=n) for kind, n in sorted(files.items(), reverse=True)]
    claimant = session.exec(select(Claimant).where(Claimant.notice_id == notice.id)).one()
    email = open_text(session, notice.case_id, "claimant.email", claimant.id, claimant.email_sealed)
    return {
        "what": listed(what),
        "email_given": bool(email),
        "email_doubtful": bool(email) and doubtful(email),
        "elsewhere": hosts.elsewhere(service, items),
        "same_urls": same_urls([FiledItem(i.url, i.url_normal) for i in items]),
    }
