"""The public door: front page, intake form, receipt and status page. No account, no cookie but the language's."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from tracker.web.public import (  # noqa: E402 - the views need the blueprint
    calculator as calculator,
    criteria as criteria,
    custodian as custodian,
    digest as digest,
    feed as feed,
    form as form,
    front as front,
    leaving as leaving,
    logs as logs,
    lost as lost,
    meter as meter,
    order as order,
    origin as origin,
    proof_of_work as proof_of_work,
    reach as reach,
    receipt as receipt,
    report as report,
    sender_system as sender_system,
    senders as senders,
    signed as signed,
    status as status,
    talk as talk,
)
