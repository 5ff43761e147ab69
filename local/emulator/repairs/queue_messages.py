"""SQS: a message sent while others are deleted is kept.

Stock MiniStack removes messages by putting a new list in the place of the queue's: what another thread appended to the
old one in between is lost. Here messages leave the one list that the queue has.
"""

import threading
from typing import Any

from ministack.services import sqs

from local.emulator.emulator import Emulator
from local.emulator.seams import seam

_removal = threading.Lock()  # two removals at once would shift each other's positions; appending needs no lock


def install(_: Emulator) -> None:
    """Make every removal of messages happen in place."""
    for name, expected in (("_expire_retained", "c0da3361632b"), ("_dlq_sweep", "6a77691e1671")):
        setattr(sqs, name, _in_place(seam(sqs, name, expected)))
    seam(sqs, "_delete_messages_for_esm", "c1686f29b48b")
    sqs._delete_messages_for_esm = _delete_received
    seam(sqs, "_act_delete_message", "8d700665e3d6")
    seam(sqs, "_act_delete_message_batch", "877517c32f0f")
    sqs._HANDLERS.update({"DeleteMessage": _delete_message, "DeleteMessageBatch": _delete_batch})


def remove(messages: list[dict[str, Any]], gone: set[int]) -> None:
    """Remove the messages whose ``id()`` is in ``gone`` from the list itself."""
    with _removal:
        for index in range(len(messages) - 1, -1, -1):
            if id(messages[index]) in gone:
                del messages[index]


def _in_place(stock: Any) -> Any:
    def swept(queue: dict[str, Any]) -> None:
        before = list(queue["messages"])
        view = {**queue, "messages": before}
        stock(view)
        if view["messages"] is not before:
            kept = {id(message) for message in view["messages"]}
            remove(queue["messages"], {id(message) for message in before} - kept)

    return swept


def _delete_received(queue_url: str, receipt_handles: set[str]) -> None:
    messages = sqs._get_q(queue_url)["messages"]
    remove(messages, {id(message) for message in list(messages) if message.get("receipt_handle") in receipt_handles})


def _delete_message(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:DeleteMessage")
    handle = data.get("ReceiptHandle", "")
    if not handle:
        raise sqs._Err("MissingParameter", "The request must contain the parameter ReceiptHandle.")
    gone = {id(message) for message in list(queue["messages"]) if message["receipt_handle"] == handle}
    if not gone:
        raise sqs._Err("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
    remove(queue["messages"], gone)
    return {}


def _delete_batch(data: dict[str, Any], queue_url: str) -> dict[str, Any]:
    entries = data.get("Entries", [])
    sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            _delete_message({**entry, "QueueUrl": data.get("QueueUrl", queue_url)}, queue_url)
            done.append({"Id": entry["Id"]})
        except sqs._Err as error:
            failed.append({"Id": entry["Id"], "Code": error.code, "Message": error.message, "SenderFault": True})
    return {"Successful": done, "Failed": failed}
