"""What jobs took: pages, which are credits, and what AWS charges for them at most."""

from __future__ import annotations

from pydantic import BaseModel

from functions.api_console.contract import Page, Paging
from quire.domain import cost
from quire.domain.job import Job
from quire.domain.refusal import Refusal
from quire.http.answers import Answer
from quire.http.call import Call
from quire.http.edge import Route
from quire.http.times import say_time
from quire.service.config import from_options
from quire.service.jobs import list_jobs


class Usage(BaseModel):
    """`pages` were charged. `usd_at_most`: AWS's list prices if each of them went to Textract, without Lambda's time;
    pages with a sound text layer do not, in the mode `fast`."""

    job_id: str
    contract: str
    mode: str
    documents: int
    pages: int
    usd_at_most: float
    created_at: str


def list_usage(call: Call) -> Answer | Refusal:
    """List what each job took, the newest first."""
    paging = call.query_as(Paging)
    page = list_jobs(call.world, call.tenant, paging.limit, paging.cursor)
    if isinstance(page, Refusal):
        return page
    return Answer(200, Page[Usage](items=[_say(job) for job in page.jobs], next_cursor=page.next_cursor))


def _say(job: Job) -> Usage:
    mode = from_options(job.options).mode.value
    return Usage(
        job_id=job.id,
        contract=job.contract,
        mode=mode,
        documents=job.total,
        pages=job.pages,
        usd_at_most=round(cost.cost(mode, job.pages, job.total), 6),
        created_at=say_time(job.created_at),
    )


ROUTES = (Route("GET", "/console/api/usage", list_usage, query=Paging, says={200: Page[Usage]}),)
