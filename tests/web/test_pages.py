"""What each page shows, without a browser: the words, the refusals, the headers."""

import re
import uuid
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest

from store import comparisons
from store.keys import Scope
from store.session import read
from tests.api.conftest import NewKey, Service, page
from tests.web.conftest import Browser

NASTY = "<img src=x onerror=alert(1)>\"'"


@pytest.mark.parametrize("path", ["/", "/comparisons", "/testcases", "/new", "/queue"])
def test_a_page_answers_and_lets_nothing_in_from_elsewhere(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert inline_or_foreign(answer.text) == []


def inline_or_foreign(text: str) -> list[str]:
    """Scripts and styles inside the page, and addresses of other servers."""
    parser = Tags()
    parser.feed(text)
    return parser.wrong


class Tags(HTMLParser):
    """Names that tests give to projects look like code: only real attributes count."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in given) or "style" in given:
            self.wrong.append(tag)
        self.wrong += [name for name in given if name.startswith("on")]
        addresses = [given.get(name) or "" for name in ("src", "href", "action", "hx-get", "hx-post")]
        self.wrong += [one for one in addresses if re.match(r"\s*(javascript:|[a-z]+://|//)", one)]


def test_the_service_opens_on_its_pages(service: Service) -> None:
    assert service.client.get("/", follow_redirects=True).url.path == "/ui/"


def test_nothing_at_an_address_is_a_page_that_says_so(browser: Browser) -> None:
    for path in ("/nothing", "/comparisons/nothing", "/testcases/nothing", "/tasks/nothing", "/comparisons/%00"):
        answer = browser.get(path)
        assert answer.status_code in (404, 422)
        assert "That did not work" in answer.text


def test_a_comparison_is_told_in_sentences_with_its_numbers(browser: Browser, comparison_id: str) -> None:
    text = browser.get(f"/comparisons/{comparison_id}").text

    assert "Button" in text
    assert 'id="d1"' in text
    assert "failed" in text
    assert "data-scene=" in text


def test_a_page_speaks_the_browsers_language_until_it_is_switched(browser: Browser) -> None:
    assert "Проекты" in browser.get("/", **{"Accept-Language": "ru,en;q=0.5"}).text
    assert "Projects" in browser.get("/", **{"Accept-Language": "de,en;q=0.5,ru;q=0.4"}).text

    answer = browser.post("/language", to="ru", back="/queue")

    assert answer.headers["location"] == "/ui/queue"
    assert "Очередь" in browser.get("/queue", **{"Accept-Language": "en"}).text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_form_leads_away_from_the_service(browser: Browser, back: str) -> None:
    assert browser.post("/language", to="en", back=back).headers["location"] == "/ui/"


def test_a_form_without_the_sessions_word_does_nothing(browser: Browser, failed_id: str) -> None:
    for word in ("", "x" * 43):
        answer = browser.post(f"/comparisons/{failed_id}/approve", csrf=word)
        assert answer.status_code == 403
        assert "Load it again" in answer.text
    with read() as session:
        assert comparisons.get(session, failed_id).review == "unreviewed"


def test_the_word_of_another_session_is_none_of_ours(service: Service, browser: Browser, failed_id: str) -> None:
    with httpx.Client(base_url=service.url) as other:
        foreign = Browser(other).csrf()

    assert browser.get("/").status_code == 200
    assert browser.post(f"/comparisons/{failed_id}/approve", csrf=foreign).status_code == 403


def test_approve_makes_the_reference_and_reject_leaves_it(browser: Browser, service: Service, testcase_id: str) -> None:
    first, second = (
        service.post(f"/api/v1/testcases/{testcase_id}/comparisons", screenshot=page(button=False, width=width)).json()
        for width in (160, 161)
    )
    rejected = browser.post(f"/comparisons/{second['comparison_id']}/reject")
    approved = browser.post(f"/comparisons/{first['comparison_id']}/approve")
    late = browser.post(f"/comparisons/{second['comparison_id']}/approve")

    assert (rejected.status_code, approved.status_code, late.status_code) == (303, 303, 409)
    assert "has changed since" in late.text
    assert browser.get(f"/testcases/{testcase_id}").text.count("<time") >= 3


def test_a_name_is_shown_as_it_is_wherever_it_goes(browser: Browser, service: Service) -> None:
    fields = {"name": NASTY, "variant": NASTY, "project": NASTY}
    case = service.post("/api/v1/testcases", fields, screenshot=page()).json()["testcase_id"]
    labels = {"branch": "", "build": NASTY, "commit": NASTY}
    made = service.post(f"/api/v1/testcases/{case}/comparisons", labels, screenshot=page(button=False)).json()
    for path in (f"/testcases/{case}", f"/comparisons/{made['comparison_id']}", "/", "/comparisons", "/testcases"):
        text = browser.get(path).text
        assert "<img src=x" not in text
        assert NASTY in unescape(text)


# -- sign in ---------------------------------------------------------------------------------------------------------------------


def test_a_closed_service_asks_for_a_key_and_goes_on_to_the_page_that_was_asked_for(
    browser: Browser, new_key: NewKey, failed_id: str
) -> None:
    key = new_key(Scope.APPROVE)["X-API-Key"]
    asked = browser.get(f"/comparisons/{failed_id}")

    assert asked.status_code == 303
    assert asked.headers["location"] == f"/ui/login?next=%2Fcomparisons%2F{failed_id}"
    assert browser.post("/login", key="etalon_wrong", next="/").status_code == 401
    signed_in = browser.post("/login", key=key, next=f"/comparisons/{failed_id}")
    assert signed_in.headers["location"] == f"/ui/comparisons/{failed_id}"
    cookie = signed_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    shown = browser.get(f"/comparisons/{failed_id}")
    assert shown.status_code == 200
    assert "signature=" in shown.text
    assert browser.post(f"/comparisons/{failed_id}/approve").status_code == 303


def test_a_key_may_do_no_more_on_a_page_than_in_the_api(browser: Browser, new_key: NewKey, failed_id: str) -> None:
    browser.post("/login", key=new_key(Scope.READ)["X-API-Key"])
    shown = browser.get(f"/comparisons/{failed_id}")

    assert shown.status_code == 200
    assert "/approve" not in shown.text
    refused = browser.post(f"/comparisons/{failed_id}/approve")
    assert refused.status_code == 403
    assert "lacks the scope approve" in refused.text


def test_another_projects_things_are_unknown(
    browser: Browser, new_key: NewKey, failed_id: str, testcase_id: str
) -> None:
    browser.post("/login", key=new_key(Scope.ADMIN, projects=["elsewhere"])["X-API-Key"])

    for path in (f"/comparisons/{failed_id}", f"/testcases/{testcase_id}"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"/comparisons/{failed_id}/approve").status_code == 404
    assert failed_id not in browser.get("/comparisons").text


def test_a_revoked_key_ends_its_sessions(browser: Browser, new_key: NewKey, failed_id: str) -> None:
    from store import keys
    from store.session import write

    browser.post("/login", key=new_key(Scope.ADMIN)["X-API-Key"])
    assert browser.get("/").status_code == 200
    with write() as session:
        for key in keys.list_all(session):
            if key.revoked_at is None:
                keys.revoke(session, key.name)

    assert browser.get("/").status_code == 303
    by_script = browser.client.post(
        f"/ui/comparisons/{failed_id}/approve", headers={"HX-Request": "true", "X-CSRF-Token": browser.csrf()}
    )
    assert by_script.status_code == 401
    assert "Sign in again" in by_script.text


def test_a_forged_or_aged_cookie_is_no_session(
    browser: Browser, new_key: NewKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/login", key=new_key(Scope.ADMIN)["X-API-Key"])
    good = browser.client.cookies["etalon_session"]
    for bad in (good[:-2] + "xx", "a.b.c", "", "é" * 10):
        with httpx.Client(base_url=browser.client.base_url) as other:
            answer = other.get("/ui/", headers={"Cookie": f"etalon_session={bad}".encode()})
            assert answer.status_code == 303

    import web.visitor

    monkeypatch.setattr(web.visitor, "session_seconds", lambda: -1)
    assert browser.get("/").status_code == 303


def test_signing_out_ends_the_session(browser: Browser, new_key: NewKey) -> None:
    browser.post("/login", key=new_key(Scope.ADMIN)["X-API-Key"])
    browser.post("/logout")

    assert browser.get("/").status_code == 303


# -- new -------------------------------------------------------------------------------------------------------------------------


def pictures(*data: bytes, names: tuple[str, ...] = ("one.png", "two.png", "three.png")) -> list[object]:
    return [("pictures", (name, one, "image/png")) for name, one in zip(names, data, strict=False)]


def word() -> str:
    return uuid.uuid4().hex


def test_one_picture_becomes_its_elements_and_then_a_test_case(browser: Browser) -> None:
    sent = browser.post("/new", files=pictures(page()), word=word())
    task = sent.headers["location"].removeprefix("/ui")
    shown = browser.get(task).text

    assert "1 element" in shown
    assert "Buy" in shown
    made = browser.post(f"{task}/testcase", name=f"Cart {word()}")
    assert made.headers["location"].startswith("/ui/testcases/")
    again = browser.post(f"{task}/testcase", name="  ")
    assert again.status_code == 422


def test_two_pictures_become_a_comparison_in_the_order_their_names_say(browser: Browser) -> None:
    sent = browser.post(
        "/new", files=pictures(page(button=False), page(), names=("shop.actual.png", "shop.reference.png")), word=word()
    )
    task = browser.get(sent.headers["location"].removeprefix("/ui"))
    text = browser.get(task.headers["location"].removeprefix("/ui")).text

    assert "is missing" in text


def test_the_same_form_sent_twice_makes_one_task(browser: Browser) -> None:
    same = word()
    first, second = (browser.post("/new", files=pictures(page()), word=same) for _ in range(2))

    assert first.headers["location"] == second.headers["location"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (pictures(page(), page(), page()), "Choose one or two pictures; you chose 3"),
        ([], "Choose one or two pictures; you chose 0"),
        ([("pictures", ("notes.txt", b"hello", "text/plain"))], "notes.txt"),
        ([("pictures", (NASTY, b"hello", "image/png"))], "<img src=x"),
    ],
)
def test_a_wrong_upload_is_told_by_name(browser: Browser, files: list[object], sentence: str) -> None:
    answer = browser.post("/new", files=files, word=word())

    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert "<img src=x" not in answer.text


def test_a_task_that_failed_says_why(browser: Browser, service: Service) -> None:
    torn = page()[:-40]
    task = service.post("/api/v1/analyses", screenshot=torn)
    if task.status_code == 202:  # what only decoding finds
        text = browser.get(f"/tasks/{task.json()['task_id']}").text
        assert "failed" in text
        assert 'class="trouble"' in text


# -- ignoring a box --------------------------------------------------------------------------------------------------------------


def test_a_box_is_previewed_and_then_ignored(browser: Browser, comparison_id: str) -> None:
    box = {"x": "10", "y": "10", "width": "100", "height": "50"}
    before = browser.get(f"/comparisons/{comparison_id}/ignore?" + "&".join(f"{k}={v}" for k, v in box.items()))

    assert "is-failed" in before.text
    assert "is-passed" in before.text
    assert "1 finding would be ignored." in before.text
    with read() as session:
        assert comparisons.get(session, comparison_id).verdict == "failed"
    done = browser.post(f"/comparisons/{comparison_id}/ignore", **box)
    assert done.status_code == 303
    shown = browser.get(f"/comparisons/{comparison_id}").text
    assert "is-passed" in shown
    assert "in an ignored region" in shown
    with read() as session:
        row = comparisons.get(session, comparison_id)
        assert (row.verdict, row.rule) == ("passed", "no_defects")
        assert len(comparisons.ignored(session, comparison_id)) == 1


@pytest.mark.parametrize(
    "box", ["x=-1&y=0&width=1&height=1", "x=0&y=0&width=0&height=1", "x=a&y=0&width=1&height=1", "x=0"]
)
def test_a_box_that_is_none_is_refused(browser: Browser, comparison_id: str, box: str) -> None:
    assert browser.get(f"/comparisons/{comparison_id}/ignore?{box}").status_code == 422


def test_an_approved_comparison_is_not_judged_again(browser: Browser, failed_id: str) -> None:
    browser.post(f"/comparisons/{failed_id}/approve")

    answer = browser.post(f"/comparisons/{failed_id}/ignore", x="0", y="0", width="100", height="60")

    assert answer.status_code == 409


def test_what_a_page_may_not_hold_is_found() -> None:
    found = inline_or_foreign('<img onerror="1"><p style="a"><script>1</script><a href="//evil.example">x</a>')

    assert found == ["onerror", "p", "script", "//evil.example"]
