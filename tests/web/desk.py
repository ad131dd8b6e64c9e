"""A member of staff at the desk, through the doors: signing in, sending forms with their token, reading pages."""

import re
from html import unescape

from tests import make
from tracker.auth import make_password
from tracker.models import Role

PASSWORD = "合い言葉は夜明けのがらす"
HASHES: dict[str, str] = {}  # hashing is slow on purpose: once for all tests


def hashed(app) -> str:
    """The stored form of PASSWORD."""
    if PASSWORD not in HASHES:
        with app.app_context():
            HASHES[PASSWORD] = make_password(PASSWORD)
    return HASHES[PASSWORD]


def make_member(app, session, email: str, role: Role = Role.LEAD, name: str = "小野寺 遥"):
    """Somebody who can sign in."""
    return make.make_staff(session, name=name, role=role, email=email, password=hashed(app))


def token(text: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    return found[1] if found else ""


def sign_in(app, email: str, password: str = PASSWORD, **more):
    """A client that tried to sign in, and the answer."""
    client = app.test_client()
    data = {"email": email, "password": password, "csrf_token": token(client.get("/desk/sign-in").text)} | more
    return client, client.post("/desk/sign-in", data=data)


def member(app, role: Role = Role.LEAD):
    """A signed-in client of a new member of staff."""
    email = f"{role.value}{next(make.numbers)}@tsumugi.example"
    with app.extensions["database"].writing() as session:
        make_member(app, session, email, role)
    client, answer = sign_in(app, email)
    assert answer.status_code == 303, answer.text
    return client


def post(client, path: str, **fields):
    """Send a form of the desk as a browser does: with the token of a page. A list is a field sent several times."""
    if not hasattr(client, "known"):  # one token for as long as somebody is signed in
        client.known = token(client.get("/desk/").text)
    return client.post(path, data=fields | {"csrf_token": client.known})


def words(answer) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.get_data(as_text=True))))


def letter(answer) -> str:
    """The body of the letter on a page, character for character."""
    found = re.search(r'<div class="letter__body">(.*?)</div>', answer.get_data(as_text=True), re.S)
    return unescape(found[1]) if found else ""


def hidden(answer, name: str) -> str:
    """The value a form carries along."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', answer.get_data(as_text=True))
    return unescape(found[1]) if found else ""


def items(answer) -> dict[int, str]:
    """The boxes of the decision form by the numbers of their items."""
    text = answer.get_data(as_text=True)
    found = re.findall(r'name="item" value="([^"]*)"[^>]*>\s*<span class="item__no">(\d+)<', text)
    return {int(no): value for value, no in found}


def boxes(answer, name: str) -> list[str]:
    """The values of the checkboxes of a name that can be ticked."""
    inputs = re.findall(r"<input[^>]*>", answer.get_data(as_text=True))
    mine = [i for i in inputs if f'name="{name}"' in i and "disabled" not in i]
    return [re.search(r'value="([^"]*)"', i)[1] for i in mine]
