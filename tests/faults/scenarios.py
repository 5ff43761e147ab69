"""The paths of the system, as scripts: each is what clients do, and the account does the rest.

To add one: write a function that takes the clients, and decorate it. Its call sites are found by running it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quire.domain.document import Verdict
from quire.domain.tenant import DAY_MS, Tenant
from tests.faults.client import Client
from tests.faults.material import NO_DOCUMENT, SCHEMA, digital, scan

OTHER_CREDITS = 100
Script = Callable[[Client, Client], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`script` has the client of a tenant with `slots` and `credits` (pages), and that of another tenant.

    `steady`: a single fault that passes changes no document's end; else the time decides, as where a cancel races.
    `keeps_ms` is how long an upload is kept."""

    name: str
    script: Script
    slots: int = 2
    credits: int = 100
    steady: bool = True
    keeps_ms: int = DAY_MS

    @property
    def tenants(self) -> tuple[Tenant, Tenant]:
        acme = Tenant("acme", slots=self.slots, rate_factor=100, upload_retention_ms=self.keeps_ms)
        return acme, Tenant("zeta", slots=1, rate_factor=100)


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    *, slots: int = 2, credits: int = 100, steady: bool = True, keeps_ms: int = DAY_MS
) -> Callable[[Script], Script]:
    """The function's name, with hyphens, is the scenario's."""

    def kept(script: Script) -> Script:
        name = script.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, script, slots, credits, steady, keeps_ms)
        return script

    return kept


@scenario()
def a_document(client: Client, _other: Client) -> None:
    """Uploaded, submitted, read from its text layer."""
    client.submit(client.upload(digital(2)))


@scenario()
def a_scan(client: Client, _other: Client) -> None:
    """One page, by Textract's synchronous call."""
    client.submit(client.upload(scan()))


@scenario()
def scanned_pages(client: Client, _other: Client) -> None:
    """Two pages, by Textract's asynchronous job and its notice."""
    client.submit(client.upload(scan(2)))


@scenario()
def no_document(client: Client, _other: Client) -> None:
    """Refused by Inspect."""
    client.submit(client.upload(NO_DOCUMENT))


@scenario(slots=1)
def three_in_line(client: Client, _other: Client) -> None:
    """One after the other through one slot."""
    client.submit(*(client.upload(digital(pages)) for pages in (1, 2, 3)))


@scenario(slots=1)
def admitted_at_once(client: Client, _other: Client) -> None:
    """Two admits of one tenant race, for one slot, in which each document stays for a while."""
    client.submit(*(client.upload(scan(2)) for _ in range(3)))
    client.together(*(client.admit for _ in range(2)))


@scenario()
def two_at_once(client: Client, _other: Client) -> None:
    """Two documents of one job that end close together."""
    client.submit(client.upload(digital()), client.upload(digital(2)))


@scenario()
def uploaded_again(client: Client, _other: Client) -> None:
    """A second PUT to the same place, of the same length, for that is signed: the first is what counts."""
    file_id = client.upload(digital())
    client.sleep(300)
    client.put(file_id, digital()[:-1] + b" ")
    client.submit(file_id)


@scenario(credits=2)
def out_of_credits(client: Client, _other: Client) -> None:
    """Two credits for two documents: none is left for a third."""
    files = [client.upload(digital()) for _ in range(3)]
    for number, file_id in enumerate(files[:2]):
        client.submit(file_id, key=f"k{number}")
    client.refused(402, files[2], key="k2")


@scenario()
def files_to_come(client: Client, _other: Client) -> None:
    """Submitted first, uploaded then."""
    files = [client.announce(len(digital(pages))) for pages in (1, 2)]
    client.submit_awaited(*files)
    for pages, file_id in enumerate(files, start=1):
        client.sleep(400)
        client.put(file_id, digital(pages))


@scenario()
def never_uploaded(client: Client, _other: Client) -> None:
    """One of two files does not come."""
    client.submit_awaited(client.announce(1000), client.upload(digital()))


@scenario()
def inline_fields(client: Client, _other: Client) -> None:
    """Bytes in the request, counted there, for the fields of a schema."""
    client.submit_inline(digital(2), schema=SCHEMA)


@scenario(slots=3, credits=3, steady=False)
def short_of_credits(client: Client, _other: Client) -> None:
    """Credits for one of three documents of two pages: which, faults may decide, for nobody waits long."""
    client.submit(*(client.upload(digital(2)) for _ in range(3)))


@scenario(slots=2, credits=5)
def counted_and_short_of_credits(client: Client, _other: Client) -> None:
    """The pages of three documents are known at the submit: the first and the last can be paid."""
    client.submit_inline(digital(3), digital(3), digital(2), schema=SCHEMA)


@scenario(slots=1, steady=False)
def cancelled_at_once(client: Client, _other: Client) -> None:
    """While its rows are written."""
    client.cancel(client.submit(*(client.upload(digital()) for _ in range(3))))


@scenario(slots=1, steady=False)
def counted_and_cancelled(client: Client, _other: Client) -> None:
    """At once, while credits are held for the pages of each document."""
    client.cancel(client.submit_inline(digital(2), digital(1), digital(2), schema=SCHEMA))


@scenario(slots=1, steady=False)
def cancelled_on_the_way(client: Client, _other: Client) -> None:
    """While its first document runs."""
    batch = client.submit(*(client.upload(digital()) for _ in range(3)))
    client.until_running(batch)
    client.cancel(batch)


@scenario(steady=False)
def cancelled_before_the_files(client: Client, _other: Client) -> None:
    """While its documents wait for their files, one of which comes."""
    files = [client.announce(len(digital())) for _ in range(2)]
    batch = client.submit_awaited(*files)
    client.sleep(300)
    client.cancel(batch)
    client.put(files[0], digital())


@scenario(slots=1, steady=False)
def deleted_job(client: Client, _other: Client) -> None:
    """While its first document runs."""
    batch = client.submit(*(client.upload(digital()) for _ in range(2)))
    client.until_running(batch)
    client.delete(batch)


@scenario(steady=False)
def deleted_job_of_the_past(client: Client, _other: Client) -> None:
    """After it has ended."""
    batch = client.submit(client.upload(digital()))
    client.until_ended(batch)
    client.delete(batch)


@scenario(slots=1, steady=False)
def deleted_files(client: Client, _other: Client) -> None:
    """One that was never uploaded, and one of a document that waits in line."""
    files = [client.upload(digital()), client.upload(digital()), client.announce(1000)]
    client.submit_awaited(*files)
    client.sleep(300)
    for file_id in files[1:]:
        client.delete_file(file_id)


@scenario(slots=1)
def two_tenants(client: Client, other: Client) -> None:
    """Both at once, each through a slot of its own."""
    for one in (client, other):
        one.submit(*(one.upload(digital()) for _ in range(2)))


@scenario()
def asked_twice(client: Client, _other: Client) -> None:
    """One key: the same request again, and another one under it."""
    file_id, another = client.upload(digital()), client.upload(digital(2))
    client.submit(file_id)
    client.submit(file_id)
    client.refused(409, another)


@scenario()
def asked_twice_at_once(client: Client, _other: Client) -> None:
    """One key: two equal requests race."""
    file_id = client.upload(digital())
    client.together(*(lambda: client.submit(file_id) for _ in range(2)))


@scenario()
def dropped(client: Client, _other: Client) -> None:
    """Into the drop folder; its event comes twice."""
    client.drop("text", "año 1+2 %.pdf", digital())


@scenario()
def dropped_untold(client: Client, _other: Client) -> None:
    """Into the drop folder, where `accept` fails at every try."""
    client.account.broken["accept"] = 3
    client.drop("text", "a.pdf", digital())


@scenario()
def uploaded_untold(client: Client, _other: Client) -> None:
    """A document waits for a file that comes, and `accept` fails at every try."""
    content = digital()
    file_id = client.announce(len(content))
    client.submit_awaited(file_id)
    client.account.broken["accept"] = 3
    client.put(file_id, content)


@scenario()
def by_url(client: Client, _other: Client) -> None:
    """Fetched from where its caller says."""
    client.submit_urls("https://example.com/a.pdf")


@scenario()
def by_dead_url(client: Client, _other: Client) -> None:
    """Fetched again and again, in vain."""
    client.submit_urls("https://example.com/dead.pdf")


@scenario(slots=1)
def broken_step(client: Client, _other: Client) -> None:
    """Extract fails at every try: the document fails, and the next has its turn."""
    client.account.broken["extract"] = 7
    client.submit(client.upload(digital()), client.upload(digital()))


@scenario(slots=1)
def broken_machine(client: Client, _other: Client) -> None:
    """Extract and Fail fail at every try: the execution itself fails."""
    client.account.broken.update(extract=7, fail=11)
    client.submit(client.upload(digital()), client.upload(digital()))


@scenario(steady=False)
def stopped_execution(client: Client, _other: Client) -> None:
    """An operator stops it."""
    batch = client.submit(client.upload(scan(2)))
    client.until_running(batch)
    client.account.abort_all()


@scenario(slots=1)
def silent_textract(client: Client, _other: Client) -> None:
    """Its notice comes when the document has failed long since."""
    client.account.textract.work_ms = 12 * 3_600_000
    client.submit(client.upload(scan(2)))


@scenario(slots=1, keeps_ms=900_000, steady=False)
def expired_in_line(client: Client, _other: Client) -> None:
    """An upload passes its retention while its document waits."""
    client.account.textract.work_ms = 1_800_000
    client.submit(client.upload(scan(2)), client.upload(digital()))


@scenario()
def told_by_webhook(client: Client, _other: Client) -> None:
    """Of two documents and their job, to a receiver that is busy at first."""
    client.listen("https://busy.example.com/hook")
    client.submit(client.upload(digital()), client.upload(NO_DOCUMENT))


@scenario(slots=1, steady=False)
def told_of_a_cancel(client: Client, _other: Client) -> None:
    """The cancel is the job's end, or a document's end is."""
    client.listen("https://example.com/hook")
    batch = client.submit(*(client.upload(digital()) for _ in range(2)))
    client.until_running(batch)
    client.cancel(batch)


@scenario(slots=1)
def approved(client: Client, _other: Client) -> None:
    """Held for a person, without a slot; then the next has its turn."""
    batch = client.submit_for_review(digital(), SCHEMA)
    client.submit(client.upload(digital()), key="k2")
    client.decide(batch, Verdict.APPROVED)


@scenario()
def edited(client: Client, _other: Client) -> None:
    client.decide(client.submit_for_review(digital(), SCHEMA), Verdict.EDITED, total=119)


@scenario()
def rejected(client: Client, _other: Client) -> None:
    client.decide(client.submit_for_review(digital(), SCHEMA), Verdict.REJECTED)


@scenario(steady=False)
def reviewed_by_two(client: Client, _other: Client) -> None:
    """Who says otherwise later is not heard."""
    batch = client.submit_for_review(digital(), SCHEMA)
    client.together(
        lambda: client.decide(batch, Verdict.APPROVED, by="anna"),
        lambda: client.decide(batch, Verdict.REJECTED, by="bert"),
    )


@scenario()
def never_reviewed(client: Client, _other: Client) -> None:
    client.submit_for_review(digital(), SCHEMA)


@scenario(steady=False)
def cancelled_in_review(client: Client, _other: Client) -> None:
    batch = client.submit_for_review(digital(), SCHEMA)
    client.until_in_review(batch)
    client.cancel(batch)


@scenario(steady=False)
def looked_at(client: Client, _other: Client) -> None:
    """Its result, its page and the lists that it is in, as the console shows them."""
    batch = client.submit(client.upload(digital()))
    client.until_ended(batch)
    client.look(batch)
