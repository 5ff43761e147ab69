"""Jobs while they run and afterwards, and what the page does when no answer comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.console import Console
from tests.browser.service import Service

FAST_CLOCK = """
const real = setTimeout;
window.pauses = [];
window.setTimeout = (run, pause) => { window.pauses.push(pause); return real(run, pause / 50); };
"""


def held(service: Service, invoice: bytes) -> str:
    """A job whose document waits for a person, so that it does not end."""
    return service.job(("a.pdf", invoice), infer=True, review_threshold=99)


def test_a_job_is_asked_for_less_and_less_and_not_at_all_while_nobody_looks(
    desk: Console, service: Service, invoice: bytes
) -> None:
    job = held(service, invoice)
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url) if f"/jobs/{job}" in request.url else None)
    desk.page.add_init_script(FAST_CLOCK)
    desk.sign_in(f"jobs/{job}")
    desk.until("() => window.pauses.length > 9")
    pauses = desk.page.evaluate("window.pauses")
    assert pauses[-1] == 10_000 and sorted(pauses[-8:]) == pauses[-8:]
    desk.page.evaluate("Object.defineProperty(document, 'hidden', {get: () => !window.looks, configurable: true})")
    desk.page.wait_for_timeout(500)  # the last answer, and the pause after it
    asked.clear()
    desk.page.wait_for_timeout(1_000)
    assert asked == []
    with desk.page.expect_request(lambda request: f"/jobs/{job}" in request.url):
        desk.page.evaluate("() => { window.looks = true; document.dispatchEvent(new Event('visibilitychange')); }")


def test_a_job_is_cancelled_and_deleted_after_a_question(desk: Console, service: Service, invoice: bytes) -> None:
    job = held(service, invoice)
    desk.sign_in(f"jobs/{job}")
    dialog = desk.page.get_by_role("dialog")
    desk.page.get_by_role("button", name="Cancel the job").click()
    dialog.get_by_role("button", name="Keep it").click()
    expect(desk.page.get_by_text("Needs review")).to_be_visible()
    desk.page.get_by_role("button", name="Cancel the job").click()
    dialog.get_by_role("button", name="Cancel the job").click()
    expect(desk.page.locator("td").get_by_text("Cancelled")).to_be_visible(timeout=30_000)
    desk.page.get_by_role("button", name="Delete the job").click()
    dialog.get_by_role("button", name="Delete the job").click()
    expect(desk.heading("Jobs")).to_be_visible()
    desk.expected = {404}
    desk.go(f"jobs/{job}", "Not shown")
    expect(desk.page.get_by_role("alert")).to_contain_text("It may have been deleted")


def test_the_focus_stays_on_a_document_while_its_job_moves_on(desk: Console, service: Service, invoice: bytes) -> None:
    file = service.file("a.pdf", invoice)
    job = service.post("/jobs", {"file_ids": [file], "mode": "fast"})["id"]
    desk.sign_in(f"jobs/{job}")
    desk.page.get_by_role("link", name="a.pdf").focus()
    expect(desk.page.locator("td").get_by_text("Done")).to_be_visible(timeout=60_000)
    expect(desk.page.get_by_role("link", name="a.pdf")).to_be_focused()


def test_a_large_jobs_documents_come_in_pages(desk: Console, service: Service) -> None:
    content = b"a,b\n1,2\n"
    files = [service.file(f"{number:03}.csv", content) for number in range(60)]
    job = service.post("/jobs", {"file_ids": files, "mode": "fast"})["id"]
    desk.sign_in(f"jobs/{job}")
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(50)
    desk.page.get_by_role("button", name="Next").click()
    expect(rows).to_have_count(10)
    expect(rows.first).to_contain_text("050.csv")
    expect(desk.page.get_by_role("button", name="Previous")).to_be_focused()
    expect(desk.page.locator(".summary")).to_contain_text("60 done", timeout=120_000)
    desk.page.get_by_label("Which documents").select_option(label="Only failed")
    expect(desk.page.get_by_text("No such documents.")).to_be_visible()


def test_jobs_come_in_pages_that_the_address_names(desk: Console, service: Service, invoice: bytes) -> None:
    file = service.file("a.pdf", invoice)
    made = [service.post("/jobs", {"file_ids": [file], "mode": "fast"})["id"] for _ in range(21)]
    service.settled(made[-1])
    desk.sign_in("jobs")
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(20)
    newest = rows.first.get_by_role("link").get_attribute("href")
    assert newest == f"#/jobs/{made[-1]}"
    desk.page.get_by_role("link", name="Next page").click()
    expect(desk.page.get_by_role("link", name="First page")).to_be_visible()
    expect(desk.page.locator(f'a[href="{newest}"]')).to_have_count(0)
    desk.page.go_back()
    expect(desk.page.locator(f'a[href="{newest}"]')).to_be_visible()


@pytest.mark.parametrize("fault", ["offline", "error"])
def test_an_answer_that_does_not_come_is_asked_for_again(desk: Console, fault: str) -> None:
    desk.sign_in("usage")
    left = [2]

    def fail_first(route: Route) -> None:
        left[0] -= 1
        if left[0] < 0:
            route.continue_()
        elif fault == "offline":
            route.abort("connectionrefused")
        else:
            route.fulfill(status=503, body="{}")

    desk.page.route("**/console/api/keys", fail_first)
    desk.go("keys", "Keys")
    expect(desk.page.get_by_text("does not answer")).to_have_count(0)
    refused = [said for said in desk.complained() if "503" in said or "ERR_CONNECTION_REFUSED" in said]
    assert len(refused) == 2 and left[0] < 0
    desk.complaints.clear()


def test_an_answer_that_never_comes_is_said_with_a_way_on(desk: Console) -> None:
    desk.page.add_init_script(FAST_CLOCK)
    desk.sign_in("usage")
    desk.page.route("**/console/api/keys", lambda route: route.abort("connectionrefused"))
    desk.go("keys", "Not shown")
    expect(desk.page.get_by_role("alert")).to_contain_text("Check the connection, then try again")
    expect(desk.page.get_by_text("This page keeps trying")).to_be_visible()
    desk.page.unroute("**/console/api/keys")
    desk.page.get_by_role("button", name="Try again").click()
    expect(desk.heading("Keys")).to_be_visible()
    expect(desk.page.get_by_text("This page keeps trying")).to_have_count(0)
    assert all("ERR_CONNECTION_REFUSED" in said for said in desk.complained())
    desk.complaints.clear()
