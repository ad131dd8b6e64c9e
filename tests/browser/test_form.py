"""The filing form in a real browser: drafts, files on their way, questions, the letter as it is typed, one sending."""

# ruff: noqa: F811 - `page` is a fixture of test_pages

import pytest
from sqlmodel import func, select

from tests.browser.test_pages import faults, fill, page, send  # noqa: F401 - page is a fixture
from tests.web.claimant import PDF, png
from tracker.models import Notice

pytestmark = pytest.mark.browser

LIST = "URL,箇所,時刻,メモ\nhttps://tsumugi.example/p/1,一,0:12,ここ\n画面,二,,\nhttps://tsumugi.example/p/3,三,,"


def saved(page) -> None:
    """Wait until what was typed is kept."""
    page.wait_for_function("localStorage.getItem('kigen:draft:/s/tsumugi/') !== null")
    page.wait_for_timeout(800)


def notices(app) -> int:
    with app.extensions["database"].reading() as session:
        return session.exec(select(func.count()).select_from(Notice)).one()


def test_a_draft_comes_back_after_the_tab_was_closed_and_goes_when_it_was_filed(page, site, app):
    fill(page, site)
    page.wait_for_selector("text=受け取った添付(1個)")
    page.click("button[value=add]")
    page.wait_for_selector("#url-2")
    page.fill("#url-2", "https://tsumugi.example/p/2")
    saved(page)
    page.goto("about:blank")
    page.goto(f"{site}/s/tsumugi/")
    page.wait_for_selector("text=下書きを戻しました")
    assert page.input_value("#url-2") == "https://tsumugi.example/p/2"
    assert page.input_value("#reason").startswith("円満に退職") and page.is_checked("input[value=honor]")
    assert "受け取った添付(1個)" in page.inner_text("main")  # the page carries on where it was, files and all
    assert faults(page) == []
    before = notices(app)
    send(page)
    page.wait_for_url("**/receipt/**")
    assert notices(app) == before + 1
    assert page.evaluate("Object.keys(localStorage)") == []
    page.goto(f"{site}/s/tsumugi/")
    assert page.input_value("#reason") == "" and not page.is_visible("text=下書きを戻しました")


def test_no_draft_is_left_where_it_is_not_wanted_and_none_after_the_quick_exit(page, site, app):
    app.extensions["settings"].exit_url = f"{site}/calculator/"
    page.goto(f"{site}/s/tsumugi/")
    page.fill("#reason", "一")
    saved(page)
    page.click("#draft summary")
    page.check("#nodraft")
    page.fill("#reason", "一二")
    page.wait_for_timeout(900)
    assert page.evaluate("localStorage.getItem('kigen:draft:/s/tsumugi/')") is None
    page.reload()
    assert page.input_value("#reason") == ""
    page.click("#draft summary")
    page.uncheck("#nodraft")
    page.fill("#reason", "三")
    saved(page)
    page.click("a.exit")
    page.wait_for_url("**/calculator/")
    assert page.evaluate("Object.keys(localStorage)") == []


def slowly(page, meanwhile) -> None:
    """Hold back what the form is answered until `meanwhile` was done: a slow phone."""

    def answer(route):
        if route.request.method == "POST":
            meanwhile()
        route.continue_()

    page.route("**/s/tsumugi/", answer)


def kept_still(page) -> bool:
    """Whether nothing on the page can be typed into."""
    return page.evaluate("document.querySelector('#reason').closest('[inert]') !== null")


def test_nothing_typed_is_lost_while_an_answer_is_under_way(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.fill("#name", "髙橋 美咲")
    saved(page)
    still = []
    slowly(page, lambda: still.append(kept_still(page)))
    page.reload()
    page.wait_for_selector("text=下書きを戻しました")
    assert still == [True] and not kept_still(page)
    page.fill("#reason", "一")
    send(page)
    page.wait_for_selector("#errors")
    assert still == [True, True] and not kept_still(page)
    page.fill("#reason", "一二")
    page.unroute("**/s/tsumugi/")
    page.context.set_offline(True)
    send(page)
    page.wait_for_selector("text=送れませんでした")
    assert not kept_still(page)  # and whoever used the keyboard is where they were
    assert page.evaluate("document.activeElement.matches('button.button--main')")


def test_what_was_typed_before_a_draft_came_back_stays(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.fill("#name", "髙橋 美咲")
    page.check("input[value=honor]")
    saved(page)
    early = "document.addEventListener('readystatechange', () => { const r = document.querySelector('#reason'); "
    early += "if (r && !r.value) { r.value = '先に書いた理由'; document.querySelector('[value=privacy]').click(); } })"
    page.add_init_script(early)  # before our script has arrived
    page.reload()
    page.wait_for_selector("text=下書きを戻しました")
    assert (page.input_value("#name"), page.input_value("#reason")) == ("髙橋 美咲", "先に書いた理由")
    assert page.is_checked("input[value=honor]") and page.is_checked("input[value=privacy]")


def test_a_filing_leaves_the_drafts_of_other_services_and_the_quick_exit_none(page, site, app):
    app.extensions["settings"].exit_url = f"{site}/calculator/"
    fill(page, site)
    page.evaluate("localStorage.setItem('kigen:draft:/s/movie/', JSON.stringify({at: Date.now(), pairs: []}))")
    send(page)
    page.wait_for_url("**/receipt/**")
    assert page.evaluate("Object.keys(localStorage)") == ["kigen:draft:/s/movie/"]
    page.goto(f"{site}/s/tsumugi/")
    page.click("a.exit")
    page.wait_for_url("**/calculator/")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_file_added_to_a_page_that_was_filed_is_not_lost(page, site, app):
    fill(page, site)
    page.wait_for_selector("text=受け取った添付(1個)")
    token = page.input_value("input[name=token]")
    send(page)
    page.wait_for_url("**/receipt/**")
    fill(page, site)  # the page as Back brings it: with the token that was filed
    page.wait_for_selector("text=受け取った添付(1個)")
    page.evaluate("token => { document.querySelector('input[name=token]').value = token; }", token)
    page.set_input_files("#evidence", [{"name": "続き.png", "mimeType": "image/png", "buffer": png("black")}])
    page.wait_for_selector("text=続き.png")
    assert page.input_value("input[name=token]") != token
    send(page)
    page.wait_for_selector("text=それでも別の申出として送る")
    assert "続き.png" in page.inner_text("#evidence-part")


def test_the_main_right_is_asked_only_of_who_chose_two(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.check("input[value=honor]")
    assert not page.is_visible("#primary")
    page.check("input[value=privacy]")
    assert page.is_visible("#primary")
    page.select_option("#primary", "privacy")
    page.uncheck("input[value=privacy]")
    assert page.is_visible("#primary")  # what was chosen does not go out of sight
    send(page)
    page.wait_for_selector("#errors")
    assert page.is_visible("#primary") and "中心になる権利は" in page.inner_text("#s2")
    assert faults(page) == []
    page.select_option("#primary", "")
    assert page.is_visible("#primary")  # the error stands beside it
    page.check("input[value=portrait]")
    send(page)
    page.wait_for_selector("#errors")
    assert page.is_visible("#primary") and "中心になる権利は" not in page.inner_text("#s2")


def test_a_broken_network_costs_nothing_and_one_press_is_one_filing(page, site, app):
    fill(page, site)
    page.wait_for_selector("text=受け取った添付(1個)")
    before = notices(app)
    page.context.set_offline(True)
    send(page)
    page.wait_for_selector("text=送れませんでした")
    assert page.input_value("#name") == "髙橋 美咲"
    page.context.set_offline(False)
    page.evaluate("() => { const b = document.querySelector('button.button--main'); b.click(); b.click(); }")
    page.wait_for_url("**/receipt/**")
    assert notices(app) == before + 1


def test_a_chosen_file_is_sent_at_once_and_a_bad_one_named(page, site):
    page.goto(f"{site}/s/tsumugi/")
    page.check("input[value=lawyer]")
    page.click("#authority-part summary")
    page.set_input_files("#authority", [{"name": "委任状.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    page.wait_for_selector("text=受け取った書類(1個)")
    bad = {"name": "写真.png", "mimeType": "image/png", "buffer": b"MZ" * 300}
    good = {"name": "画面.png", "mimeType": "image/png", "buffer": png()}
    page.set_input_files("#evidence", [bad, good])
    page.wait_for_selector("text=受け取った添付(1個)")
    assert "「写真.png」は画像" in page.inner_text("#evidence-part")
    page.click("text=この添付を外す >> nth=0")
    page.wait_for_selector("text=受け取った書類(1個)", state="detached")
    assert faults(page) == []


def test_questions_follow_the_right_and_the_letter_follows_what_is_typed(page, site):
    page.goto(f"{site}/s/tsumugi/")
    assert not page.is_visible("text=選んだ権利についての質問") and not page.is_visible("#authority")
    page.check("input[value=copyright]")
    page.click("text=選んだ権利についての質問")
    assert page.is_visible("#answer-copyright_title") and not page.is_visible("#answer-honor_untrue")
    page.fill("#answer-copyright_title", "写真集『海』")
    page.fill("#reason", "無断で載せられました。")
    page.click("#prev")
    page.locator("#told").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#told').textContent.includes('写真集『海』')")
    assert "無断で載せられました。" in page.inner_text("#told") and "著作権及び著作隣接権" in page.inner_text("#told")
    page.check("input[value=intimate]")
    assert page.is_visible("text=「性的な画像や動画が含まれる」についての質問")
    assert faults(page) == [] and page.problems == []


def test_a_list_with_a_bad_row_is_put_right_or_taken_without_it(page, site):
    fill(page, site)
    page.click("#many-part summary")
    page.set_input_files("#list", [{"name": "一覧.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp932")}])
    page.wait_for_selector("text=読み取れない行: 1行")
    assert "3行目" in page.inner_text("#many-part") and page.input_value("#many") == LIST
    assert faults(page) == []
    page.check("input[name=skip]")
    send(page)
    page.wait_for_url("**/receipt/**")
    assert "3件の投稿" in page.inner_text("main")


def test_everything_of_it_works_without_a_script_on_a_small_phone(chromium, site):
    context = chromium.new_context(
        locale="ja-JP", java_script_enabled=False, viewport={"width": 360, "height": 740}, timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    fill(page, site)
    assert not page.is_visible("#draft")
    page.click("text=選んだ権利についての質問")
    page.fill("#answer-honor_untrue", "「盗んだ」は事実ではありません。")
    page.click("#many-part summary")
    page.set_input_files("#list", [{"name": "一覧.csv", "mimeType": "text/csv", "buffer": LIST.encode()}])
    page.click("button[value=list]")
    assert "2件を読み取りました" in page.inner_text("#many-part") and "3行目" in page.inner_text("#many-part")
    page.click("#prev")
    page.click("button[value=preview]")
    assert "「盗んだ」は事実ではありません。" in page.inner_text("#told")
    send(page)
    assert page.inner_text("#errors li") != ""
    page.check("input[name=skip]")
    send(page)
    assert "/receipt/" in page.url and "3件の投稿" in page.inner_text("main")
    context.close()
