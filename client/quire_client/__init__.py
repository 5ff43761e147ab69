"""The Python client of Quire, and the `quire` command on it."""

from quire_client.client import AsyncClient, Client
from quire_client.connection import Refused
from quire_client.models import Citation, Error, Field, Mode, Outcome, Page, Progress, Result, Stage, Target
from quire_client.state import State

__all__ = [
    "AsyncClient",
    "Citation",
    "Client",
    "Error",
    "Field",
    "Mode",
    "Outcome",
    "Page",
    "Progress",
    "Refused",
    "Result",
    "Stage",
    "State",
    "Target",
]
