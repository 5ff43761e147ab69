"""The Python client of Quire, and the `quire` command on it."""

from quire_client.batch import Outcome, Progress, extract
from quire_client.connection import Refused, connect

__all__ = ["Outcome", "Progress", "Refused", "connect", "extract"]
