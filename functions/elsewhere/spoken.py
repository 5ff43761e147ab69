"""Which contract a request speaks that is for none of the paths that are offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.api_extend import contract as extend
from functions.api_extract_page import contract as extract_page
from functions.api_llamacloud import contract as llamacloud
from functions.api_terrafai import contract as terrafai
from quire.domain.rate import Rate
from quire.domain.refusal import Refusal
from quire.http import edge
from quire.http.answers import Answer
from quire.http.edge import Route


@dataclass(frozen=True, slots=True)
class Words:
    """`quire.http.edge.Contract`: a contract's words, and none of its routes."""

    name: str
    refuse: Callable[[Refusal], Answer]
    routes: tuple[Route, ...] = ()
    rate: Rate | None = None

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Wherever any of the contracts has it: the header that came has said which of them it is."""
        return headers.get("x-api-key") or headers.get("authorization", "").partition(" ")[2].strip()

    limits = staticmethod(edge.limits_from_now)


EXTEND = Words(extend.NAME, extend.say_refusal)
EXTRACT_PAGE = Words(extract_page.NAME, extract_page.say_refusal)
LLAMACLOUD = Words(llamacloud.NAME, llamacloud.say_refusal)
TERRAFAI = Words(terrafai.NAME, terrafai.say_refusal)


def contract_of(event: Mapping[str, Any]) -> Words:
    """By a header that only one contract has, else by the form of the credential, else by how the path begins.

    PerfectParser's credential and the beginning of its paths are extract.page's: what is under neither's own paths is
    answered as extract.page."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    path = event["rawPath"]
    scheme = headers.get("authorization", "").partition(" ")[0].lower()
    if any(name.startswith("x-extend-") for name in headers):
        return EXTEND
    if scheme == "api-key":
        return TERRAFAI
    if "x-api-key" in headers:
        return EXTRACT_PAGE
    if path.startswith("/api/"):
        return LLAMACLOUD
    return EXTEND if scheme == "bearer" or not path.startswith("/v1/") else EXTRACT_PAGE
