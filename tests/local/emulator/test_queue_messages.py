"""Repair: no message of a queue is lost while others are deleted."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.emulator.repairs import queue_messages
from tests.local.emulator.conftest import Deployed


def append(messages: list[dict[str, Any]]) -> None:
    """Send, as SQS does."""
    for _ in range(2000):
        messages.append({"n": "new"})


def test_removal_leaves_what_is_appended_meanwhile() -> None:
    messages: list[dict[str, Any]] = [{"n": number} for number in range(2000)]
    old = {id(message) for message in messages}
    appending = threading.Thread(target=append, args=(messages,))
    appending.start()
    queue_messages.remove(messages, old)
    appending.join()

    assert [message["n"] for message in messages] == ["new"] * 2000


def test_a_queue_keeps_its_one_list_of_messages(deployed: Deployed) -> None:
    queue = deployed.outputs["Queue"]

    def send(number: int) -> None:
        deployed.client("sqs").send_message(
            QueueUrl=queue,
            MessageBody=f"poke {number}",
            MessageGroupId=f"g{number % 3}",
            MessageDeduplicationId=str(number),
        )

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(send, range(120)))

    found = deployed.seen("message", lambda value: "poke" in value["body"], count=120, seconds=30)
    assert sorted(int(value["body"].split()[1]) for value in found) == list(range(120))


def test_only_what_failed_comes_again(deployed: Deployed) -> None:
    sqs = deployed.client("sqs")
    for body in ("fine", "fail once"):
        sqs.send_message(
            QueueUrl=deployed.outputs["Queue"], MessageBody=body, MessageGroupId=body, MessageDeduplicationId=body
        )

    deployed.seen("message", lambda value: value["body"] == "fail once")
    assert len(deployed.seen("message", lambda value: value["body"] == "fine")) == 1


def test_an_equal_deduplication_id_is_delivered_once(deployed: Deployed) -> None:
    sqs = deployed.client("sqs")
    for body in ("first", "second"):
        sqs.send_message(
            QueueUrl=deployed.outputs["Queue"], MessageBody=body, MessageGroupId="same", MessageDeduplicationId="same"
        )

    deployed.seen("message", lambda value: value["body"] == "first")
    assert not deployed.seen("message", lambda value: value["body"] == "second", count=0)


def await_message(deployed: Deployed, body: str) -> None:
    """Wait until the function saw a message."""
    deployed.seen("message", lambda value: value["body"] == body)


def test_a_message_reaches_its_function_at_once(deployed: Deployed) -> None:
    sqs = deployed.client("sqs")
    delays = []
    for number in range(5):
        body = f"quick {number}"
        started = time.monotonic()
        sqs.send_message(
            QueueUrl=deployed.outputs["Queue"], MessageBody=body, MessageGroupId="q", MessageDeduplicationId=body
        )
        await_message(deployed, body)
        delays.append(time.monotonic() - started)
    assert min(delays) < 0.3
