"""Repair: asynchronous events are tried again, whatever sends them."""

import json
import time

from tests.local.emulator.conftest import Deployed


def test_the_target_of_a_rule_is_tried_again(deployed: Deployed) -> None:
    entry = {"Source": "test", "DetailType": "Thing", "Detail": json.dumps({"n": 1})}
    deployed.client("events").put_events(Entries=[entry])

    assert deployed.seen("flaky")[0]["detail"] == {"n": 1}


def test_a_subscriber_of_a_topic_is_tried_again(deployed: Deployed) -> None:
    deployed.client("sns").publish(TopicArn=deployed.outputs["Topic"], Message="hello", Subject="greeting")

    (event,) = deployed.seen("notice")
    assert event["Records"][0]["Sns"]["Message"] == "hello"
    assert event["Records"][0]["Sns"]["Subject"] == "greeting"


def test_an_event_is_tried_three_times_and_no_more(deployed: Deployed) -> None:
    payload = json.dumps({"do": "flaky", "id": "thrice"})
    answer = deployed.client("lambda").invoke(
        FunctionName=deployed.outputs["Task"], InvocationType="Event", Payload=payload
    )
    assert answer["StatusCode"] == 202

    deployed.seen("attempt", lambda value: value == "thrice", count=3)
    time.sleep(1)
    assert len(deployed.seen("attempt", lambda value: value == "thrice")) == 3


def test_publishing_does_not_wait_for_the_subscriber(deployed: Deployed) -> None:
    for number in range(20):
        deployed.client("sns").publish(TopicArn=deployed.outputs["Topic"], Message=f"many {number}")
    at_once = deployed.seen("notice", lambda event: "many" in event["Records"][0]["Sns"]["Message"], count=0)
    assert len(at_once) < 20

    arrived = deployed.seen("notice", lambda event: "many" in event["Records"][0]["Sns"]["Message"], count=20)
    assert len(arrived) == 20
