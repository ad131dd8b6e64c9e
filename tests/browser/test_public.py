"""The public side in a real browser: every page with content, every error, print, zoom, keyboard, old browsers."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import itertools
import re

import pytest

from tests import make
from tests.browser.test_pages import faults, fill, page, send  # noqa: F401 - page is a fixture
from tests.web.claimant import PDF, png
from tracker.casework import delivery, folder, replies
from tracker.casework.criteria import ClauseText, publish
from tracker.letters.transport import Answer
from tracker.now import now

pytestmark = pytest.mark.browser

NINE = (400, 403, 404, 409, 413, 422, 429, 500, 503)
LONG = "https://tsumugi.example/thread/" + "a" * 1500
# Takes every rule with :has() away, and lets in what is meant for browsers that do not know it.
WITHOUT_HAS = """() => {
  let gone = 0;
  for (const sheet of document.styleSheets) {
    const walk = rules => {
      for (let i = rules.cssRules.length - 1; i >= 0; i--) {
        const rule = rules.cssRules[i];
        if (rule instanceof CSSSupportsRule) {
          const inner = [...rule.cssRules].map(r => r.cssText);
          const old = rule.conditionText.startsWith("not");
          rules.deleteRule(i);
          if (old) for (const text of inner.reverse()) rules.insertRule(text, i);
          gone++;
        } else if (rule.selectorText && rule.selectorText.includes(":has(")) { rules.deleteRule(i); gone++; }
        else if (rule.cssRules && rule.cssRules.length) walk(rule);
      }
    };
    walk(sheet);
  }
  return gone;
}"""


@pytest.fixture
def failing(app, site):
    """The served app with a door for each error on either side."""
    from flask import abort

    for place in ("/fail", "/desk/fail"):
        app.add_url_rule(f"{place}/<int:code>", f"{place}-code", abort)
    return site


@pytest.fixture
def many(app, site) -> dict[str, str]:
    """Addresses of pages with much on them: long names, long addresses, 300 items, letters, several services."""
    client = app.test_client()
    with app.extensions["database"].writing() as session:
        for n, (name, slug) in enumerate(
            (("みんなの街かど掲示板ひろばコミュニティ・オンライン", "machi"), ("日記", "nikki"))
        ):
            service = make.make_service(session, name, slug, f"M{n}", hosts="machi.example", registered_on=None)
            publish(
                session, service, title="基準", clauses=[ClauseText("第1条", "名誉毀損", "社会的評価を下げる投稿")],
                published_at=now(), actor="system", at=now(), url=f"https://machi.example/{'rule' * 60}",
            )  # fmt: skip
    from tests.web.claimant import send as file

    few = file(client, url=[LONG, "https://tsumugi.example/p/2"], quote=["言" * 900, ""], account=["", ""],
               posted=["", ""], attach=[("a.png", png()), ("b.pdf", PDF)]).location  # fmt: skip
    lines = "\n".join(f"https://tsumugi.example/p/{n}/{'k' * (n % 200)}" for n in range(300))
    lots = file(client, token="c" * 32, url=[""], quote=[""], many=lines).location
    letter = _outcome(app, few)
    status = few.replace("/receipt/", "/status/")
    assert client.post(f"{status}/letters/{letter}", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    _outcome(app, lots, nos=tuple(range(1, 31)))
    return {
        "/": "/",
        "about": "/s/machi/about",
        "form": "/s/machi/",
        "receipt": few,
        "status": status,
        "letter": f"{status}/letters/{letter}",
        "receipt of 300": lots,
        "status of 300": lots.replace("/receipt/", "/status/"),
        "look-up": "/s/machi/status",
        "lost": few[:-4],
    }


def _outcome(app, receipt: str, nos: tuple[int, ...] = (1,)):
    """Decide items of a filing and tell the claimant; the letter's id."""
    with app.extensions["database"].writing() as session:
        notice = folder.find(session, receipt.split("/")[-2])
        staff = make.make_staff(session)
        make.decide(session, notice, make.KEEP, staff, now().isoformat(), nos)
        make.approve(session, notice, now().isoformat())
        draft = replies.outcome_draft(session, notice)
        letter = replies.send_draft(session, notice, draft, draft.digest, by=staff.id, at=now())
        delivery.settle(session, letter.id, Answer(True, 250, "smtp"), at=now())
        return letter.id


def sideways(page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_every_public_page_with_content_has_no_faults(page, site, many):
    for name, path in many.items():
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert faults(page) == [], name
    assert [p for p in page.problems if "404" not in p] == []


def test_the_page_that_came_back_with_a_file_has_no_faults(page, site):
    fill(page, site)
    page.fill("input[name=email]", "misaki")
    page.click("#many-part summary")
    page.fill("textarea[name=many]", "x\n" * 3 + "https://tsumugi.example/" + "y" * 5000)
    send(page)
    assert "受け取った添付(1個)" in page.inner_text("main")
    assert page.evaluate("document.activeElement.id") == "errors"
    assert faults(page) == []


@pytest.mark.parametrize("place", ["/fail", "/desk/fail"])
def test_every_error_page_has_no_faults(page, failing, place):
    for code in NINE:
        page.goto(f"{failing}{place}/{code}")
        assert page.inner_text(".errorcode") == str(code)
        assert faults(page) == [], code


def test_nothing_scrolls_sideways_at_two_hundred_percent_or_on_a_small_phone(chromium, site, many):
    small = (({"width": 640, "height": 480}, 2), ({"width": 320, "height": 640}, 2))
    for language, (viewport, scale) in itertools.product(("ja-JP", "en-GB"), small):
        context = chromium.new_context(locale=language, viewport=viewport, device_scale_factor=scale)
        page = context.new_page()
        for name, path in many.items():
            page.goto(site + path)
            assert not sideways(page), (name, viewport, language)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert not sideways(page), (name, viewport, language, "opened")
        context.close()


def pages_of(pdf: bytes) -> int:
    """How many sheets a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_receipt_fits_on_one_sheet_and_says_where_to_look(page, site):
    fill(page, site)
    send(page)
    page.wait_for_load_state("networkidle")
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
    page.emulate_media(media="print")
    shown = page.inner_text("main")
    assert "/s/tsumugi/status" in shown and "状況を見るための合言葉" in shown
    assert not page.is_visible(".exit") and not page.is_visible("text=状況のページを開く")


def test_status_and_letter_print_what_they_say(page, site, many):
    page.goto(site + many["letter"])
    assert pages_of(page.pdf(prefer_css_page_size=True)) <= 3  # it quotes an address of 1,500 characters
    page.goto(site + many["status of 300"])
    assert pages_of(page.pdf(prefer_css_page_size=True)) > 4  # the items are on paper, also where they were folded


def test_a_long_list_is_told_by_what_was_told_about_it(page, site, many):
    page.goto(site + many["status of 300"])
    main = page.inner_text("main")
    assert "措置を講じませんでした 30件" in re.sub(r"\s+", " ", main)
    assert "調べています 270件" in re.sub(r"\s+", " ", main)
    assert page.evaluate("document.documentElement.scrollHeight") < 4000
    page.click("summary:has-text('270件')")
    assert page.locator("ol.manylist:visible li").count() == 270


def test_without_has_what_was_chosen_can_still_be_seen(page, site):
    page.goto(f"{site}/s/tsumugi/")
    assert page.evaluate(WITHOUT_HAS) > 5
    page.check("input[value=person]")
    line = "e => getComputedStyle(e.closest('.card').querySelector('.card__name')).textDecorationLine"
    assert page.eval_on_selector("input[value=person]", line) == "underline"
    assert page.eval_on_selector("input[value=guardian]", line) == "none"
    frame = "e => getComputedStyle(e.closest('.card')).borderColor"
    before = page.eval_on_selector("input[value=company]", frame)
    page.focus("input[value=person]")
    assert page.eval_on_selector("input[value=person]", frame) != before
    assert page.is_visible(".exit") and not sideways(page)


def test_forced_colours_and_little_motion_leave_every_state_visible(chromium, site, many):
    context = chromium.new_context(
        locale="ja-JP", forced_colors="active", reduced_motion="reduce", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    for path in many.values():
        page.goto(site + path)
        assert page.evaluate(
            "[...document.querySelectorAll('*')].every(e => parseFloat(getComputedStyle(e).transitionDuration) === 0)"
        )
    page.goto(site + "/s/tsumugi/")
    page.check("input[value=person]")
    style = "e => getComputedStyle(e.closest('.card')).outlineStyle"
    assert page.eval_on_selector("input[value=person]", style) == "solid"
    page.goto(site + many["receipt"])
    last, other = (page.eval_on_selector(s, "e => getComputedStyle(e).borderTopWidth") for s in
                   (".day--last .day__cell", ".day:nth-child(3) .day__cell"))  # fmt: skip
    assert float(last[:-2]) > float(other[:-2])
    context.close()


FOCUS = """() => {
  const e = document.activeElement;
  const wide = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 3;
  const framed = wide(getComputedStyle(e)) || wide(getComputedStyle(e.closest('.card') || e));
  return [e.name || e.getAttribute('href') || e.tagName, framed, e.getBoundingClientRect().height > 0];
}"""


def test_the_form_is_walked_by_keyboard_in_the_order_of_the_page(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.evaluate("document.querySelectorAll('[name=rights]').forEach((one, n) => { one.checked = n < 2; })")
    seen = []
    for _n in range(90):
        page.keyboard.press("Tab")
        name, visible, there = page.evaluate(FOCUS)
        assert visible and there, f"no focus to be seen on {name}"
        seen.append(name)
        if page.evaluate("document.activeElement.matches('button.button--main')"):
            break
    assert seen[0] == "#main"
    order = ["standing", "rights", "primary", "url", "quote", "reason", "evidence", "circumstances", "name", "email",
             "phone", "tell", "confirm", "do"]  # fmt: skip
    met = list(dict.fromkeys(name for name in seen if name in order))
    met.remove("do")  # the button for one more line comes earlier; the one that sends is last
    assert met == order[:-1]
    assert seen[-1] == "do"


def test_choices_are_made_by_keyboard(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.focus("input[value=person]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("input[value=guardian]")
    page.focus("input[name=rights][value=honor]")
    page.keyboard.press("Space")
    assert page.is_checked("input[name=rights][value=honor]")


def test_enter_in_a_half_filled_form_files_nothing_and_leads_to_what_is_missing(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.check("input[value=person]")
    page.fill("input[name=url] >> nth=0", "https://tsumugi.example/p/1")
    page.press("input[name=url] >> nth=0", "Enter")
    page.wait_for_selector(".errors")
    assert "まだ受け付けてはいません" in page.inner_text(".errors")
    assert page.evaluate("document.activeElement.id") == "errors"
    assert page.input_value("input[name=url] >> nth=0") == "https://tsumugi.example/p/1"

    page.keyboard.press("Tab")  # the first link of the summary leads to the first question that is missing
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || location.hash") in ("rights", "#rights")
