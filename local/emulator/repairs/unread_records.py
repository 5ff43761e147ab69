"""EventBridge, CloudWatch: what nobody reads is not kept.

Stock MiniStack keeps every event ever put, two weeks of metrics of each invocation, and the answer to every completed
multipart upload.
"""

from ministack.services import cloudwatch, eventbridge, s3

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

KEPT_POINTS = 1_000
KEPT_UPLOADS = 100


def install(_: Emulator) -> None:
    """Stop the log of events, which nothing reads."""
    seam(eventbridge, "_events_log_list", "4e34b5198354")
    seam(cloudwatch, "_metric_bucket", "be62c5f1548d")
    eventbridge._events_log_list = list


def forget() -> None:
    """Drop the oldest metric points and answers; the server calls this now and then."""
    for points in list(cloudwatch._metrics._data.values()):
        del points[:-KEPT_POINTS]
    answers = s3._completed_multipart_uploads._data
    for key in list(answers)[:-KEPT_UPLOADS]:
        del answers[key]
