"""Every page that is pictured, in the order in which one meets them, and the few addresses that are no page."""

from tools.screens import acting as do, finding as the, senders
from tools.screens.house import ERRORS
from tools.screens.screen import Screen
from tracker.models import DoorPurpose, LetterKind, PaperKind

OWN = {"slug": "tsumugi"}
OF_LAST_YEAR = OWN | {"year": 2025}
PRESSING = "landlord"  # two items, nothing judged, its last day tomorrow in the break
REPLY_ASKED = {"clock": "reply", "at": "2026-04-28T09:14"}
FILING_ASKED = {"clock": "registration", "day": "2025-05-30"}
BACK_ASKED = {"clock": "criteria_notice", "by": "2026-12-01"}
WRONGLY_ASKED = {"clock": "reply", "at": "4月31日の夜"}
TABS = {
    "decide": "judge, and record what was done",
    "letters": "letters",
    "talk": "messages with the claimant",
    "senders": "each sender: asked, answered, the wait",
    "holds": "log holds",
    "evidence": "evidence",
    "origin": "the filing as it came",
    "procedure": "assignment, addresses, corrections",
    "history": "the record",
}
SAID = {
    400: "what was sent could not be read",
    403: "not allowed",
    404: "no such page",
    409: "somebody else was first",
    413: "too much was sent",
    422: "something is to be put right",
    429: "too often",
    500: "a fault of ours",
    503: "busy",
}


def case(key: str, tab: str = "") -> dict[str, object]:
    """The arguments of a case page."""
    return {"number": the.number(key)} | ({"tab": tab} if tab else {})


PUBLIC = (
    Screen("front", "the front page of three services", "public.front"),
    Screen("front-empty", "the front page before a service is entered", "public.front", data="empty"),
    Screen("front-easy", "the front page in easy Japanese", "public.front", lang="ja@easy"),
    Screen("front-en", "the front page in English", "public.front", lang="en"),
    Screen("about", "about the window of one service", "public.about", OWN),
    Screen("criteria-public", "the versions of the criteria", "public.criteria", OWN),
    Screen("criteria-permalink", "a version of the criteria", "public.criteria_version", OWN | {"number": 3}),
    Screen("reports", "the yearly publications of a service", "public.reports", OWN),
    Screen("form", "the form", "public.intake_form", OWN),
    Screen("form-filled", "the form filled in, with two posts", "public.intake_form", OWN, do.fill_form),
    Screen("form-wrong", "the form that came back", "public.intake_form", OWN, do.send_half, code=422),
    Screen("form-twice", "the same filing a second time", "public.intake_form", OWN, do.send_twice, code=409),
    Screen("form-en", "the form in English", "public.intake_form", OWN, lang="en"),
    Screen("form-easy", "the form in easy Japanese", "public.intake_form", OWN, lang="ja@easy"),
    Screen(
        "form-easy-wrong", "the form that came back, in easy Japanese", "public.intake_form", OWN, do.send_half,
        lang="ja@easy", code=422,
    ),
    Screen("receipt", "the receipt", "public.receipt", the.claimant("apprentice")),
    Screen("receipt-print", "the receipt on paper", "public.receipt", the.claimant("apprentice"), paper=True),
    Screen(
        "receipt-easy", "the receipt in easy Japanese", "public.receipt", the.claimant("apprentice"), lang="ja@easy"
    ),
    Screen("status-received", "status: received an hour ago", "public.status", the.claimant("petshop")),
    Screen("status-looking", "status: being looked into", "public.status", the.claimant(PRESSING)),
    Screen("status-interim", "status: an interim reply was sent", "public.status", the.claimant("remix")),
    Screen("status-late", "status: later than promised", "public.status", the.claimant("tutor")),
    Screen("status-done", "status: three outcomes", "public.status", the.claimant("mixed")),
    Screen("status-withdrawn", "status: withdrawn", "public.status", the.claimant("quarrel")),
    Screen("status-many", "status: 30 posts", "public.status", the.claimant("photographer")),
    Screen(
        "status-easy", "status in easy Japanese: three outcomes", "public.status", the.claimant("mixed"), lang="ja@easy"
    ),
    Screen("letter", "a letter to the claimant", "public.status", the.claimant("mixed"), do.open_letter),
    Screen("logs", "for how long logs are kept", "public.logs", OWN),
    Screen("logs-coming", "the same with a version to come", "public.logs", {"slug": "tsumugi-douga"}),
    Screen("logs-easy", "for how long logs are kept, in easy Japanese", "public.logs", OWN, lang="ja@easy"),
    Screen("logs-en", "for how long logs are kept, in English", "public.logs", OWN, lang="en"),
    Screen("examples", "the digest of examples, before the first", "public.examples", OWN),
    Screen("status-find", "status by number and secret", "public.status_form", OWN),
    Screen("status-find-wrong", "no such number and secret", "public.status_form", OWN, do.look_up_wrongly, code=422),
    Screen("verify", "check a signed receipt", "public.verify_receipt"),
    Screen("verify-genuine", "a receipt that is genuine", "public.verify_receipt", then=do.show_receipt),
    Screen("verify-altered", "a receipt that was changed", "public.verify_receipt", then=do.show_altered),
    Screen("verify-wrong", "what is no receipt", "public.verify_receipt", then=do.press, code=422),
    Screen("status-asked", "status: staff ask for something", "public.status", the.claimant(PRESSING), prepare=do.ask),
    Screen("answer", "the answer to what staff ask", "public.question", the.question(PRESSING), prepare=do.ask),
    Screen(
        "answer-wrong", "an answer with a file that is refused", "public.question", the.question(PRESSING),
        do.answer_wrongly, do.ask, code=422,
    ),
    Screen("more-evidence", "more evidence", "public.more_evidence", the.claimant(PRESSING)),
    Screen("gone", "posts that cannot be seen any more", "public.vanished", the.claimant(PRESSING)),
    Screen("reconsideration", "to look again", "public.reconsideration", the.claimant("mixed")),
    Screen("withdrawal", "taking the notice back", "public.withdrawal", the.claimant(PRESSING)),
    Screen("address", "another address for mail", "public.contact_address", the.claimant(PRESSING)),
    Screen(
        "address-code", "the code of another address", "public.contact_address", the.claimant(PRESSING), do.new_address
    ),
    Screen("lost", "half of a secret address", "public.cut_off", OWN, code=404),
    Screen(
        "sender-cover", "a sender's page before it is opened", "public.sender_page", senders.door(PRESSING),
        prepare=senders.ask,
    ),
    Screen(
        "sender-inquiry", "a sender is asked", "public.sender_page", senders.door(PRESSING), senders.come_in,
        senders.ask,
    ),
    Screen(
        "sender-inquiry-wrong", "an answer that came back", "public.sender_page", senders.door(PRESSING),
        senders.answer_nothing, senders.ask, code=422,
    ),
    Screen("sender-late", "the same after a late answer", "public.sender_page", senders.door("coach")),
    Screen(
        "sender-late-easy", "the same in easy Japanese", "public.sender_page", senders.door("coach"), lang="ja@easy"
    ),
    Screen("sender-withheld", "a question without the reason", "public.sender_page", senders.door("garden")),
    Screen(
        "sender-notice", "a sender reads what was done, and has appealed", "public.sender_page",
        senders.door("novelist", DoorPurpose.NOTICE),
    ),
    Screen(
        "sender-notice-wrong", "an appeal that came back", "public.sender_page",
        senders.door("dentist", DoorPurpose.NOTICE), senders.answer_nothing, code=422,
    ),
    Screen(
        "sender-withdrawal", "taking an appeal back", "public.appeal_withdrawal",
        {**senders.door("novelist", DoorPurpose.NOTICE), "appeal_id": senders.appeal("novelist")},
    ),
    Screen("sender-gone", "a sender's link that opens nothing", "public.cut_off_link", code=404),
    Screen("calculator", "the public calculator", "public.calculator"),
    Screen("calculator-ask", "a clock before it is asked", "public.calculator_of", {"clock": "reply"}),
    Screen("calculator-sheet", "a sheet of the calculator", "public.calculator", REPLY_ASKED),
    Screen("calculator-print", "the sheet on paper", "public.calculator", REPLY_ASKED, paper=True),
    Screen("calculator-filing", "a filing that a closed day moves", "public.calculator", FILING_ASKED),
    Screen("calculator-back", "by when criteria must be published", "public.calculator", BACK_ASKED),
    Screen("calculator-wrong", "what could not be read", "public.calculator", WRONGLY_ASKED, code=422),
    Screen("calculator-unknown", "a clock that is not offered", "public.calculator_of", {"clock": "unknown"}, code=404),
    Screen("calculator-en", "a sheet of the calculator in English", "public.calculator", REPLY_ASKED, lang="en"),
    Screen(
        "order", "a custodian's page for a hold order", "public.hold_order",
        {"number": the.order("open"), "secret": the.order_secret("open")},
    ),
    Screen(
        "order-wrong", "an answer without a name", "public.hold_order",
        {"number": the.order("open"), "secret": the.order_secret("open")}, do.press, code=422,
    ),
    Screen(
        "order-answered", "the order after the answer", "public.hold_order",
        {"number": the.order("open"), "secret": the.order_secret("open")}, do.answer_order,
    ),
    Screen(
        "order-withdrawn", "an order taken back", "public.hold_order",
        {"number": the.order("withdrawn"), "secret": the.order_secret("withdrawn")},
    ),
)  # fmt: skip

DESK = (
    Screen("sign-in", "sign-in", "security.login"),
    Screen("sign-in-wrong", "sign-in with a wrong password", "security.login", then=do.sign_in_wrongly, code=422),
    Screen("worklist", "the worklist", "staff.worklist", desk=True),
    Screen("worklist-late", "what is late", "staff.worklist", {"view": "late"}, desk=True),
    Screen("worklist-closed", "what is closed", "staff.worklist", {"view": "closed"}, desk=True),
    Screen("worklist-none", "a view with nothing in it", "staff.worklist", {"view": "waiting"}, desk=True),
    Screen("worklist-empty", "the worklist before the first filing", "staff.worklist", data="empty", desk=True),
    Screen("worklist-filters", "the filters", "staff.worklist", then=do.unfold_filters, desk=True),
    Screen(
        "worklist-search", "nothing found", "staff.worklist", {"q": "どこにもない言葉", "right": "honor"}, desk=True
    ),
    Screen("worklist-wrong", "rows for nobody", "staff.worklist", then=do.hand_out_to_nobody, desk=True, code=422),
    Screen("worklist-en", "the worklist in English", "staff.worklist", desk=True, lang="en"),
    Screen("keys", "the list of keys", "staff.keys", desk=True),
    Screen("feeds", "calendar feeds", "staff.feeds", then=do.make_feeds, desk=True),
    Screen("feeds-empty", "calendar feeds before the first", "staff.feeds", data="empty", desk=True),
    Screen("feeds-wrong", "a feed of nothing", "staff.feeds", then=do.press, desk=True, code=422),
    Screen("feed-made", "an address that was just made", "staff.feeds", then=do.make_feed, desk=True),
    Screen("channels", "webhooks beside mail", "staff.channels", then=do.make_channels, desk=True, prepare=do.promote),
    Screen("channels-empty", "webhooks before the first", "staff.channels", data="empty", desk=True),
    Screen(
        "channels-wrong", "a webhook without an address", "staff.channels", then=do.press, desk=True,
        prepare=do.promote, code=422,
    ),
    Screen(
        "channel-made", "a webhook that was just made", "staff.channels", then=do.make_channel, desk=True,
        prepare=do.promote,
    ),
    Screen("dashboard", "the dashboard", "staff.dashboard", desk=True),
    Screen("dashboard-empty", "the dashboard before the first filing", "staff.dashboard", data="empty", desk=True),
    Screen("watch", "what the watch tells of, and who has it", "staff.watch", desk=True, prepare=do.watch_over),
    Screen("watch-empty", "the watch before the first filing", "staff.watch", data="empty", desk=True),
    Screen("forecast", "work against who works when", "staff.forecast", desk=True),
    Screen("forecast-empty", "the forecast before the first filing", "staff.forecast", data="empty", desk=True),
    Screen("team", "who works on which day", "staff.team", desk=True),
    Screen("burden", "how burdensome the form is", "staff.burden_meter", desk=True),
    Screen("burden-empty", "the same before the form was opened", "staff.burden_meter", data="empty", desk=True),
    Screen("case", "a case", "staff.case", case(PRESSING), desk=True),
    *(
        Screen(f"case-{tab}", f"a case: {says}", "staff.case", case(PRESSING, tab), desk=True, part="#work")
        for tab, says in TABS.items()
    ),
    Screen("case-sheets", "a case with every calculation open", "staff.case", case(PRESSING), do.unfold, desk=True),
    Screen("case-print", "a case on paper", "staff.case", case(PRESSING), do.unfold, desk=True, paper=True),
    Screen("case-late", "a case that is late", "staff.case", case("nurse"), desk=True),
    Screen("case-mixed", "a case half judged and half done", "staff.case", case("tutor"), desk=True),
    Screen("case-urgent", "an urgent case of today", "staff.case", case("leak"), desk=True),
    Screen("case-lost", "a case whose letter came back", "staff.case", case("baker", "letters"), desk=True),
    Screen("case-closed", "a closed case", "staff.case", case("mixed", "letters"), desk=True),
    Screen(
        "case-holds-long", "the holds of a case after a measure", "staff.case", case("coach", "holds"),
        desk=True, part="#work",
    ),
    Screen(
        "case-senders-late", "a sender who answered late", "staff.case", case("coach", "senders"),
        desk=True, part="#work",
    ),
    Screen("case-30", "a case of 30 items", "staff.case", case("photographer"), desk=True),
    Screen("case-300", "a case of 300 items", "staff.case", case("many"), desk=True, prepare=do.many),
    Screen("case-judging", "a decision filled in", "staff.case", case(PRESSING), do.judge, desk=True, part="#work"),
    Screen(
        "case-wrong", "a decision that came back", "staff.case", case(PRESSING), do.judge_nothing, desk=True, code=422,
    ),
    Screen(
        "case-conflict", "a decision too late", "staff.case", case(PRESSING), do.judge_too_late, desk=True, code=409,
    ),
    Screen(
        "case-breach", "a measure too early", "staff.case", case("dancer"), do.execute_too_early,
        do.young_criteria, desk=True, code=422,
    ),
    Screen("case-en", "a case in English", "staff.case", case(PRESSING), desk=True, lang="en"),
    Screen("case-sheet", "a case with a sheet beside it", "staff.case", case(PRESSING), do.open_sheet, desk=True),
    Screen("clock", "the sheet of one clock", "staff.clock", the.clock(PRESSING), desk=True),
    Screen("clock-print", "the sheet of one clock on paper", "staff.clock", the.clock(PRESSING), desk=True, paper=True),
    Screen("calculation", "the calculation sheets of a case", "staff.calculation", case(PRESSING), desk=True),
    Screen(
        "calculation-print", "the calculation sheets on paper", "staff.calculation", case(PRESSING),
        desk=True, paper=True,
    ),
    Screen("preview-outcome", "an outcome before it is sent", "staff.outcome", case("streamer"), desk=True),
    Screen("preview-late", "an outcome that is late", "staff.outcome", case("tutor"), desk=True),
    Screen(
        "preview-sender", "the notice to a sender", "staff.sender_letter",
        {"number": the.number("coach"), "sender_id": the.sender("coach")}, desk=True,
    ),
    Screen(
        "preview-inquiry", "an inquiry to a sender", "staff.case", case(PRESSING, "senders"), senders.look_at_inquiry,
        desk=True,
    ),
    Screen(
        "preview-interim", "an interim reply", "staff.case", case(PRESSING, "letters"), do.ask_for_interim, desk=True,
    ),
    Screen(
        "sent-letter", "a letter that came back", "staff.sent_letter",
        {"number": the.number("baker"), "letter_id": the.letter("baker", LetterKind.OUTCOME)}, desk=True,
    ),
    Screen("filings", "what each service filed with the minister", "staff.filings", desk=True),
    Screen("filings-one", "the filings of one service", "staff.filings_of", OWN, desk=True),
    Screen("filings-paper", "what a filing of changes must contain", "staff.filing_paper", OWN, desk=True),
    Screen("digest", "the digests of examples", "staff.digest", desk=True),
    Screen("digest-one", "examples in preparation", "staff.digest_draft", OWN, desk=True),
    Screen("criteria", "published criteria, one version still waiting", "staff.criteria", desk=True),
    Screen("criteria-version", "a version that still waits", "staff.criteria_version", OWN | {"number": 3}, desk=True),
    Screen(
        "criteria-draft", "the draft of the next version", "staff.criteria_draft", OWN, prepare=do.draft_criteria,
        desk=True,
    ),
    Screen(
        "criteria-conflict", "a draft that somebody else saved first", "staff.criteria_draft", OWN, do.save_late,
        do.draft_criteria, desk=True, code=409,
    ),
    Screen(
        "criteria-check", "the draft beside the version in use", "staff.check_draft", OWN, prepare=do.draft_criteria,
        desk=True,
    ),
    Screen(
        "criteria-delete", "the question before a draft is deleted", "staff.ask_to_delete_draft", OWN,
        prepare=do.draft_criteria, desk=True,
    ),
    Screen("criteria-empty", "criteria before the first", "staff.criteria", data="empty", desk=True),
    Screen(
        "criteria-wrong", "a publication that came back", "staff.check_draft", OWN, do.publish_unproved,
        do.draft_criteria, desk=True, code=422,
    ),
    Screen("specialists", "the registers of specialists", "staff.specialists", desk=True),
    Screen("specialists-empty", "specialists before the first service", "staff.specialists", data="empty", desk=True),
    Screen("specialists-new", "somebody is appointed", "staff.new_specialist", OWN, desk=True),
    Screen(
        "specialists-wrong", "an appointment that came back", "staff.new_specialist", OWN, do.press, desk=True,
        code=422,
    ),
    Screen(
        "specialists-entry", "an entry to be changed or ended", "staff.specialist", OWN | {"person": the.specialist},
        desk=True,
    ),
    Screen("specialists-form", "what 様式第五 asks", "staff.specialist_form", OWN, desk=True),
    Screen("specialists-print", "the same on paper", "staff.specialist_form", OWN, desk=True, paper=True),
    Screen("reason-templates", "templates of reasons, and the share that repeats", "staff.reason_templates", desk=True),
    Screen(
        "reason-template-new", "a template that starts from one of the product", "staff.new_reason_template",
        {"start": "honor-take"}, desk=True,
    ),
    Screen(
        "reason-template", "a template of the house", "staff.reason_template", {"template": the.template}, desk=True,
        prepare=do.write_template,
    ),
    Screen("holds", "log holds to be ordered", "staff.holds", desk=True),
    Screen("holds-ended", "log holds that ended", "staff.holds", {"view": "ended"}, desk=True),
    Screen("holds-empty", "log holds before the first", "staff.holds", data="empty", desk=True),
    Screen("holds-new", "an order before it is sent", "staff.holds", {"service": "tsumugi"}, do.tick_holds, desk=True),
    Screen("holds-order", "an open order", "staff.hold_order", {"number": the.order("open")}, desk=True),
    Screen("holds-answered", "an answered order", "staff.hold_order", {"number": the.order("answered")}, desk=True),
    Screen(
        "holds-erasure", "an order to erase, before it is sent", "staff.holds", {"service": "tsumugi", "view": "ended"},
        do.tick_to_erase, desk=True,
    ),
    Screen(
        "holds-certificate", "what a custodian says it erased", "staff.erasure_certificate",
        {"number": the.order("erased")}, desk=True, prepare=do.erase_logs,
    ),
    Screen("holds-custodians", "log custodians", "staff.custodians", desk=True),
    Screen("holds-custodian", "changing a custodian", "staff.custodian", {"custodian_id": the.custodian}, desk=True),
    Screen("sender-systems", "services' own systems for letters to senders", "staff.sender_systems", desk=True),
    Screen("sender-system", "connecting one", "staff.sender_system", OWN, desk=True),
    Screen("retention", "the tables of how long logs are kept", "staff.retention", desk=True),
    Screen("retention-empty", "the same before the first service", "staff.retention", data="empty", desk=True),
    Screen("retention-one", "the table of one service", "staff.retention_of", OWN, desk=True),
    Screen("retention-new", "a new version of the table", "staff.new_retention", OWN, desk=True),
    Screen("retention-wrong", "a version that came back", "staff.new_retention", OWN, do.press, desk=True, code=422),
    Screen("retention-safety", "the checklist of safety", "staff.safety_of", OWN, desk=True),
    Screen("papers", "papers of courts and others", "staff.papers_room", desk=True),
    Screen("papers-empty", "papers before the first", "staff.papers_room", data="empty", desk=True),
    Screen("papers-kinds", "which paper was served", "staff.new_paper", desk=True),
    Screen("papers-new", "an order not to erase", "staff.new_paper", {"kind": "erasure_ban"}, desk=True),
    Screen(
        "papers-wrong", "the same, sent empty", "staff.new_paper", {"kind": "erasure_ban"}, do.press, desk=True,
        code=422,
    ),
    Screen(
        "papers-one", "a paper with its days and holds", "staff.paper", {"number": the.paper(PaperKind.ERASURE_BAN)},
        desk=True,
    ),
    Screen(
        "papers-named", "a paper that named people read", "staff.paper", {"number": the.paper(PaperKind.PRESERVATION)},
        desk=True,
    ),
    Screen(
        "papers-provided", "an order to provide", "staff.paper", {"number": the.paper(PaperKind.PROVISION_ORDER)},
        desk=True,
    ),
    Screen(
        "papers-letter", "asking a sender about a disclosure", "staff.paper_letter",
        {"number": the.paper(PaperKind.PETITION), "kind": "disclosure_inquiry"}, desk=True,
    ),
    Screen("appeals", "appeals of senders", "staff.appeal_list", desk=True),
    Screen("appeals-empty", "appeals before the first", "staff.appeal_list", data="empty", desk=True),
    Screen("appeals-one", "an appeal", "staff.appeal", {"appeal_id": senders.appeal("dentist")}, desk=True),
    Screen(
        "appeals-reversed", "an appeal after a reversal", "staff.appeal", {"appeal_id": senders.appeal("miso")},
        desk=True,
    ),
    Screen(
        "appeals-answer", "the answer to an appeal", "staff.appeal_answer", {"appeal_id": senders.appeal("dentist")},
        prepare=senders.uphold, desk=True,
    ),
    Screen("appeals-case", "the appeals of a case", "staff.case_appeals", case("lecture"), desk=True),
    Screen("appeals-new", "an appeal that came by telephone", "staff.new_appeal", case("dentist"), desk=True),
    Screen("appeals-figures", "appeals by year", "staff.appeal_figures", desk=True),
    Screen("approvals", "decisions that wait for a second person", "staff.approval_list", {"view": "all"}, desk=True),
    Screen("breaches", "breaches that a lead looks at", "staff.breach_list", desk=True),
    Screen(
        "case-reversed", "a case of which a measure was taken back", "staff.case", case("mixed"), prepare=do.take_back,
        desk=True,
    ),
    Screen(
        "preview-reversal", "to a sender: a measure was taken back", "staff.reversal_letter",
        {"number": the.number("mixed"), "sender_id": the.sender("mixed")}, prepare=do.take_back, desk=True,
    ),
    Screen(
        "preview-reversal-claimant", "to a claimant: a measure was taken back", "staff.reversal_to_claimant",
        {"number": the.number("mixed")}, prepare=do.take_back, desk=True,
    ),
    Screen("report-years", "the years to be published", "staff.report_years", desk=True),
    Screen("report-years-empty", "the same before the first service", "staff.report_years", data="empty", desk=True),
    Screen("report-draft", "a year that is over", "staff.report_draft", OF_LAST_YEAR, desk=True),
    Screen("report-item", "a figure and its cases", "staff.report_item", OF_LAST_YEAR | {"code": "18-2"}, desk=True),
    Screen("report-text", "what a person writes", "staff.report_item", OF_LAST_YEAR | {"code": "18-5-20"}, desk=True),
    Screen("report-assessment", "the self-assessment", "staff.report_assessment", OF_LAST_YEAR, desk=True),
    Screen(
        "report-version", "a frozen version", "staff.report_version", OF_LAST_YEAR | {"version": 1}, desk=True,
        prepare=do.freeze_year,
    ),
    Screen("ledger", "records of the services' own moderation", "staff.ledger", desk=True),
    Screen("ledger-one", "those of one service", "staff.ledger_of", OWN, desk=True),
    Screen("ledger-import", "a file of them", "staff.ledger_import", OWN | {"number": 10}, desk=True),
    Screen("ledger-codes", "what the service's codes mean", "staff.ledger_codes", OWN, desk=True),
    Screen("ledger-tokens", "keys of the service's systems", "staff.ledger_tokens", OWN, desk=True, prepare=do.promote),
    Screen("sender-counts", "senders of every service", "staff.sender_counts", desk=True),
    Screen("sender-counts-one", "senders of a service by month", "staff.sender_counts_of", OWN, desk=True),
    Screen("filing-sheet", "what form 1 states", "staff.filing_sheet", OWN | {"paper": "senders"}, desk=True),
    Screen("calendars", "calendar and editions", "staff.calendars", desk=True, prepare=do.promote),
    Screen(
        "calendars-diff", "a holiday file before it is accepted", "staff.calendars", then=do.upload_holidays,
        desk=True, prepare=do.promote,
    ),
    Screen(
        "calendars-wrong", "a holiday file that cannot be read", "staff.calendars", then=do.upload_nonsense,
        desk=True, prepare=do.promote, code=422,
    ),
    Screen("letters", "letters that wait", "staff.mailroom", desk=True),
    Screen("letters-back", "letters that came back", "staff.mailroom", {"view": "back"}, desk=True),
    Screen("letters-empty", "letters before the first", "staff.mailroom", data="empty", desk=True),
    Screen("filing", "entering a filing on paper", "staff.filing", OWN, desk=True),
    Screen("filing-wrong", "a filing that came back", "staff.filing", OWN, do.press, desk=True, code=422),
)  # fmt: skip

FAILURES = tuple(
    Screen(
        f"error-{code}" + ("-desk" if desk else ""), f"{code}, {'desk' if desk else 'public'}: {SAID[code]}",
        "", path=("/desk" if desk else "") + f"/error/{code}", code=code, desk=desk,
    )
    for desk in (False, True) for code in ERRORS
)  # fmt: skip

PARTS = {"For claimants and custodians": PUBLIC, "The desk": DESK, "Errors": FAILURES}
SCREENS = tuple(screen for part in PARTS.values() for screen in part)

# Addresses that answer a GET and are not pictured.
NO_PAGE = {
    "public.report_file": "a file of a published version, whose page stands by itself",
    "public.report_newest": "to the newest version of a year",
    "public.report_version": "to the page of a version",
    "public.report_zip": "all files of a version",
    "public.reports_latest": "JSON of all versions",
    "staff.report_file": "a file of a frozen version",
    "staff.ledger_template": "the head of a file",
    "staff.sender_counts_file": "the counts as a table",
    "staff.filing_sheet_pdf": "the sheet for print",
    "api.show_import": "JSON for a platform's own system",
    "static": "files of the pages",
    "health.healthz": "JSON for a load balancer",
    "staff.evidence": "a file that a claimant attached",
    "staff.interim": "pictured as preview-interim, which a form leads to",
    "staff.channel": "pictured as channel-made, which a form leads to",
    "staff.feed": "pictured as feed-made, which a form leads to",
    "staff.clock_json": "JSON of a sheet",
    "staff.watched": "from a memo that names nothing to the page of what it is about",
    "staff.breach_file": "the breaches as a table",
    "staff.burden_file": "the figures of the form as a table",
    "public.calculator_json": "JSON of a sheet",
    "public.criteria_text": "the text of criteria, to check its hash",
    "public.examples_version": "pictured as examples, under an address that stays",
    "staff.digest_entry": "an example in preparation: the demo has none",
    "public.feed": "a calendar for a program",
    "public.waiting_letters": "JSON for the system of a service",
    "public.receipt_file": "a file that the claimant saves",
    "public.receipt_paper": "a PDF that the claimant saves",
    "public.filing_file": "a file that the claimant saves",
    "public.receipt_keys": "JSON of the public keys",
    "public.receipt_tool": "the program that checks a receipt",
    "public.challenge": "JSON for the browser that files",
    "public.sender_form": "from the address of a form to the page that has it",
    "public.sender_file": "a file that a claimant released",
    "public.read_letter": "pictured as letter, which a form leads to",
}
