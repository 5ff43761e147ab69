"""What the service needs from the world. The adapters give it from AWS, the twins in `quire.testing` from memory; both
are held to the same contract tests.

Every state change is conditional, and what must hold together is one call here and one transaction there. A method that
loses a race says so in its answer; exceptions are faults, safe to retry."""

from quire.domain.ports.blobs import Blobs, Head
from quire.domain.ports.deliveries import Deliveries, DeliveryKey, key_of, place_of
from quire.domain.ports.endpoints import Endpoints
from quire.domain.ports.extractors import Extractors, Listing, Saving
from quire.domain.ports.fetches import Fetches
from quire.domain.ports.files import Files
from quire.domain.ports.jobs import Created, Expanding, Idempotency, Jobs, Listed, Remembered, Submissions, Walk
from quire.domain.ports.line import Admission, Line, Ticket, ticket_for
from quire.domain.ports.ocr import (
    AnswerLost,
    OcrBusy,
    OcrCall,
    OcrFault,
    OcrNoObject,
    OcrRefused,
    OcrService,
    OcrTurns,
    Query,
)
from quire.domain.ports.pipeline import Pipeline
from quire.domain.ports.review import Reviews
from quire.domain.ports.tenants import Balance, Tenants
from quire.domain.ports.web import Fetched, NotFetched, NotPosted, Posted, Web
from quire.domain.ports.workflow import Pokes, TaskTokens, Workflow
from quire.domain.ports.world import Clock, Log, World

__all__ = [
    "Admission",
    "AnswerLost",
    "Balance",
    "Blobs",
    "Clock",
    "Created",
    "Deliveries",
    "DeliveryKey",
    "Endpoints",
    "Expanding",
    "Extractors",
    "Fetched",
    "Fetches",
    "Files",
    "Head",
    "Idempotency",
    "Jobs",
    "Line",
    "Listed",
    "Listing",
    "Log",
    "NotFetched",
    "NotPosted",
    "OcrBusy",
    "OcrCall",
    "OcrFault",
    "OcrNoObject",
    "OcrRefused",
    "OcrService",
    "OcrTurns",
    "Pipeline",
    "Pokes",
    "Posted",
    "Query",
    "Remembered",
    "Reviews",
    "Saving",
    "Submissions",
    "TaskTokens",
    "Tenants",
    "Ticket",
    "Walk",
    "Web",
    "Workflow",
    "World",
    "key_of",
    "place_of",
    "ticket_for",
]
