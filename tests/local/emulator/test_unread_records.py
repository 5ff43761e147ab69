"""Repair: what nobody reads is not kept."""

from typing import cast

from ministack.services import cloudwatch, eventbridge

from local.emulator.emulator import Emulator
from local.emulator.repairs import unread_records


def test_put_events_are_not_kept() -> None:
    unread_records.install(cast(Emulator, None))  # it needs nothing of it
    eventbridge._put_events({"Entries": [{"Source": "test", "DetailType": "x", "Detail": "{}"}] * 3})

    assert eventbridge._events_log_list() == []


def test_metrics_keep_their_newest_points() -> None:
    for number in range(1500):
        cloudwatch.record_metric("Space", "Name", number, "Count", {})
    unread_records.forget()

    (points,) = [points for key, points in cloudwatch._metrics.items() if key[0] == "Space"]
    assert len(points) == 1000
    assert points[-1]["Value"] == 1499
