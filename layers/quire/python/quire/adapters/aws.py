"""The world on AWS, as a handler gets it: each port is made when it is first asked for, from the environment variables
that the template gives this function."""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import TYPE_CHECKING

from quire.adapters import clients
from quire.adapters.addresses import networks
from quire.adapters.deliveries import DynamoDeliveries
from quire.adapters.endpoints import DynamoEndpoints
from quire.adapters.extractors import DynamoExtractors
from quire.adapters.fetches import DynamoFetches
from quire.adapters.files import DynamoFiles
from quire.adapters.jobs import DynamoJobs
from quire.adapters.line import DynamoLine
from quire.adapters.ocr_turns import DynamoOcrTurns, rates
from quire.adapters.pipeline import DynamoPipeline
from quire.adapters.review import DynamoReviews
from quire.adapters.s3 import S3Blobs
from quire.adapters.submissions import DynamoSubmissions
from quire.adapters.table import Table
from quire.adapters.tenants import DynamoTenants
from quire.adapters.textract import TextractOcr
from quire.adapters.workflow import SqsPokes, StepFunctionsTokens, StepFunctionsWorkflow
from quire.domain.ports import Log

if TYPE_CHECKING:
    from quire.adapters.outbound import Outbound


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Aws:
    """`quire.domain.ports.World`. Reads JOBS_TABLE, IDEMPOTENCY_TABLE, BUCKET, STATE_MACHINE, ADMIT_QUEUE,
    OCR_TOPIC, OCR_ROLE, TEXTRACT_RATES, ALLOWED_NETWORKS: each only when the port that needs it is used."""

    clock = staticmethod(now_ms)

    def __init__(self, log: Log) -> None:
        self.log = log

    @cached_property
    def _jobs_table(self) -> Table:
        return Table(os.environ["JOBS_TABLE"], clients.dynamodb())

    @cached_property
    def tenants(self) -> DynamoTenants:
        return DynamoTenants(self._jobs_table)

    @cached_property
    def files(self) -> DynamoFiles:
        return DynamoFiles(self._jobs_table)

    @cached_property
    def fetches(self) -> DynamoFetches:
        return DynamoFetches(self._jobs_table)

    @cached_property
    def web(self) -> Outbound:
        from quire.adapters.outbound import Outbound  # httpcore and the trusted certificates: for few of the functions

        return Outbound(networks(os.environ["ALLOWED_NETWORKS"]))

    @cached_property
    def extractors(self) -> DynamoExtractors:
        return DynamoExtractors(self._jobs_table)

    @cached_property
    def endpoints(self) -> DynamoEndpoints:
        return DynamoEndpoints(self._jobs_table)

    @cached_property
    def deliveries(self) -> DynamoDeliveries:
        return DynamoDeliveries(self._jobs_table)

    @cached_property
    def submissions(self) -> DynamoSubmissions:
        return DynamoSubmissions(self._jobs_table, Table(os.environ["IDEMPOTENCY_TABLE"], clients.dynamodb()))

    @cached_property
    def jobs(self) -> DynamoJobs:
        return DynamoJobs(self._jobs_table)

    @cached_property
    def line(self) -> DynamoLine:
        return DynamoLine(self._jobs_table)

    @cached_property
    def pipeline(self) -> DynamoPipeline:
        return DynamoPipeline(self._jobs_table)

    @cached_property
    def reviews(self) -> DynamoReviews:
        return DynamoReviews(self._jobs_table)

    @cached_property
    def blobs(self) -> S3Blobs:
        return S3Blobs(os.environ["BUCKET"], clients.s3())

    @cached_property
    def ocr(self) -> TextractOcr:
        return TextractOcr(os.environ["BUCKET"], os.environ["OCR_TOPIC"], os.environ["OCR_ROLE"])

    @cached_property
    def ocr_turns(self) -> DynamoOcrTurns:
        table = self._jobs_table
        return DynamoOcrTurns(table, rates(os.environ.get("TEXTRACT_RATES", ""), table.client.meta.region_name))

    @cached_property
    def workflow(self) -> StepFunctionsWorkflow:
        return StepFunctionsWorkflow(os.environ["STATE_MACHINE"], clients.stepfunctions())

    @cached_property
    def tokens(self) -> StepFunctionsTokens:
        return StepFunctionsTokens(clients.stepfunctions())

    @cached_property
    def pokes(self) -> SqsPokes:
        return SqsPokes(os.environ["ADMIT_QUEUE"], clients.sqs())
