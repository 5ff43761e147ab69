"""Repair: a stream's handler holds up its own stream only."""

import time

from tests.local.emulator.conftest import Deployed


def put(deployed: Deployed, key: str) -> None:
    """Write an item whose change the stream carries."""
    deployed.client("dynamodb").put_item(TableName=deployed.outputs["Jobs"], Item={"pk": {"S": key}})


def test_each_change_arrives(deployed: Deployed) -> None:
    for number in range(30):
        put(deployed, f"item {number}")

    found = deployed.seen("change", lambda value: value["pk"].startswith("item"), count=30)
    assert {value["event"] for value in found} == {"INSERT"}
    assert len({value["pk"] for value in found}) == 30


def test_a_slow_stream_does_not_hold_up_a_queue(deployed: Deployed) -> None:
    put(deployed, "slow")
    time.sleep(0.2)
    deployed.client("sqs").send_message(
        QueueUrl=deployed.outputs["Queue"], MessageBody="beside", MessageGroupId="b", MessageDeduplicationId="beside"
    )
    deployed.seen("message", lambda value: value["body"] == "beside")

    assert not deployed.seen("change", lambda value: value["pk"] == "slow", count=0)
    deployed.seen("change", lambda value: value["pk"] == "slow")
