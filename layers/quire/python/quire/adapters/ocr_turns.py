"""How often the account may call Textract: one bucket for each operation, over all tenants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from quire.adapters import buckets
from quire.adapters.items import is_throttle
from quire.adapters.table import Table
from quire.domain.ports import OcrCall
from quire.domain.rate import Rate, next_full_at

SECOND_MS = 1000
# AWS General Reference, "Amazon Textract endpoints and quotas": calls a second of an account, before any increase.
_LARGE = {OcrCall.DETECT: 25, OcrCall.ANALYZE: 10, OcrCall.START_DETECTION: 15, OcrCall.START_ANALYSIS: 10}
_MIDDLE = {OcrCall.DETECT: 5, OcrCall.ANALYZE: 5, OcrCall.START_DETECTION: 5, OcrCall.START_ANALYSIS: 5}
_SMALL = {OcrCall.DETECT: 1, OcrCall.ANALYZE: 1, OcrCall.START_DETECTION: 2, OcrCall.START_ANALYSIS: 2}
_BY_REGION = {
    "us-east-1": _LARGE,
    "us-west-2": _LARGE,
    "us-east-2": {**_MIDDLE, OcrCall.DETECT: 10, OcrCall.ANALYZE: 10, OcrCall.START_ANALYSIS: 10},
    "ap-south-1": _MIDDLE,
    "eu-west-1": _MIDDLE,
}


def rates(text: str, region: str) -> Mapping[OcrCall, Rate]:
    """AWS's default quotas of the region, but for those that `text` names: `DetectDocumentText=50,AnalyzeDocument=20`
    (calls a second). ValueError when it names no operation of ours, or no whole number from 1."""
    found = dict(_BY_REGION.get(region, _SMALL))
    for part in filter(None, text.replace(" ", "").split(",")):
        name, _, number = part.partition("=")
        found[OcrCall(name)] = int(number)
    if min(found.values()) < 1:
        raise ValueError(text)
    return {call: Rate(number, SECOND_MS) for call, number in found.items()}


@dataclass(frozen=True, slots=True)
class DynamoOcrTurns:
    """`quire.domain.ports.OcrTurns`. All tenants meet at one row an operation, so those who come in vain only read it:
    it takes some 3,000 reads a second (DynamoDB, "Partition limits"), and is written no oftener than turns are given,
    but for races."""

    table: Table
    rates: Mapping[OcrCall, Rate]

    def take(self, call: OcrCall, now: int) -> bool:
        bucket, rate = f"textract#{call}", self.rates[call]
        try:
            stands = buckets.full_at(self.table, bucket)
            return (
                next_full_at(rate, stands, now) is not None
                and buckets.take(self.table, bucket, rate, now, stands).allowed
            )
        except ClientError as error:
            if is_throttle(error):
                return False  # whoever asks so often that the row itself is throttled has to wait anyway
            raise
