"""What Extend's own verifier makes of the webhooks that came."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from extend_ai import Extend
from extend_ai.wrapper.errors import SignedUrlNotAllowedError, WebhookSignatureVerificationError

webhooks = Extend(token="none").webhooks
calls = json.loads(Path(os.environ["CALLS"]).read_text())
secrets = json.loads(os.environ["SECRETS"])
said: dict[str, Any] = {"events": [], "linked": None, "forged": None}

for call in calls:
    body, headers, secret = call["body"], call["headers"], secrets[call["to"]]
    try:
        event = webhooks.verify_and_parse(body=body, headers=headers, signing_secret=secret)
    except SignedUrlNotAllowedError:
        linked = webhooks.verify_and_parse(body=body, headers=headers, signing_secret=secret, allow_signed_url=True)
        whole = webhooks.fetch_signed_payload_sync(linked)
        said["linked"] = [type(whole).__name__, whole.payload.id == linked.payload.id, linked.payload.metadata]
        continue
    said["events"].append([type(event).__name__, event.event_type, event.payload.id, event.event_id])
    try:
        webhooks.verify_and_parse(body=body + " ", headers=headers, signing_secret=secret)
    except WebhookSignatureVerificationError:
        said["forged"] = "refused"

print(json.dumps(said))
