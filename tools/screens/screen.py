"""What a picture is of, and whoever goes there: a row of the table, and a visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Response
from sqlmodel import Session

from tools.screens.house import House

Found = Callable[[Session], object]  # looked up in the data: a number, an id
VARIANTS = ("-en", "-easy", "-wrong", "-empty")  # how the name ends of a page that differs from another by its words


@dataclass(frozen=True)
class Screen:
    """One page in one state. `says` is its line in the index, `endpoint` and `args` its address."""

    name: str
    says: str
    endpoint: str
    args: Mapping[str, object | Found] = field(default_factory=dict)
    then: "Callable[[Visit], object] | None" = None  # what is done on the page before it is pictured
    prepare: Callable[[Session], object] | None = None  # what happened in the house before
    data: str = "demo"
    desk: bool = False  # seen by somebody who is signed in
    lang: str = "ja"
    code: int = 200
    paper: bool = False  # as it is printed, on A4
    part: str = ""  # where the picture begins, when not at the top
    path: str = ""  # instead of an endpoint, where a page has no address of its own

    @property
    def wide(self) -> bool:
        """Whether it has a second sheet, of 1920 and 768 px: neither paper nor a variant of another page needs one."""
        return not (self.paper or self.name.endswith(VARIANTS))

    @property
    def pictures(self) -> list[str]:
        """The names of its files."""
        return [f"{self.name}.webp", *([f"{self.name}-wide.webp"] if self.wide else [])]


@dataclass(frozen=True)
class Visit:
    """A browser page in the house."""

    page: Page
    house: House

    def find(self, found: Found) -> Any:
        """Look something up in the data."""
        with self.house.database.reading() as session:
            return found(session)

    def meanwhile(self, act: Callable[[Session], object]) -> None:
        """Let somebody else do something."""
        with self.house.database.writing() as session:
            act(session)

    def address(self, endpoint: str, **args: object | Found) -> str:
        """Where a page is; arguments may be looked up in the data."""
        known = {name: self.find(value) if callable(value) else value for name, value in args.items()}
        with self.house.served.test_request_context("/"):
            return self.house.url + self.house.served.url_for(endpoint, **known)

    def go(self, endpoint: str, **args: object | Found) -> int:
        """Open a page. Gives its status."""
        return self.goto(self.address(endpoint, **args))

    def goto(self, url: str) -> int:
        """Open an address. Gives its status."""
        answer = self.page.goto(url)
        return answer.status if answer else 0

    def send(self, button: str) -> None:
        """Press a button that sends a form, and wait for the answer."""
        if not self.page.query_selector("#filing[data-preview]"):
            with self.page.expect_navigation():
                self.page.click(button)
            return
        with self.page.expect_response(by_script) as answer:
            self.page.click(button)
        if answer.value.status == 303:
            self.page.wait_for_url("**/receipt/**")
        else:
            self.page.wait_for_selector("[aria-busy]", state="detached")


def by_script(answer: Response) -> bool:
    """Whether the filing form was answered: its script sends it, and no page is loaded for that."""
    asked = answer.request
    return asked.method == "POST" and asked.resource_type == "fetch" and asked.url.endswith("/")
