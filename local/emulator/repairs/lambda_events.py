"""Lambda: asynchronous events are queued and tried again, whatever sends them.

Stock MiniStack invokes the targets of EventBridge rules and the Lambda subscribers of SNS topics once, whatever comes
of it, and holds a thread for each event that waits.
"""

import json
from typing import Any

from ministack.services import eventbridge, lambda_svc, sns

from local.emulator.emulator import Emulator
from local.emulator.lambdas.events import RETRY_SECONDS
from local.emulator.repairs.lambda_executor import function
from local.emulator.seams import seam


def install(emulator: Emulator) -> None:
    """Send all asynchronous invocations through the emulator's event queue."""
    seam(lambda_svc, "invoke_async_with_retry", "289fe4d3cbd4")
    seam(lambda_svc, "_route_async_failure", "c023331e333f")
    seam(eventbridge, "_dispatch_to_lambda", "1f95adbaed3a")
    seam(sns, "_deliver_to_lambda", "aa6b8a8c312e")

    def invoke(func: dict[str, Any], event: Any) -> None:
        settings = func.get("event_invoke_config") or (func.get("event_invoke_configs") or {}).get("$LATEST") or {}
        config = func.get("config") or func
        target = (settings.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        target = target or (config.get("DeadLetterConfig") or {}).get("TargetArn")

        def failed(error: dict[str, Any], tries: int) -> None:
            emulator.log.write(config["FunctionName"], error.get("requestId", ""), {"given up after": tries, **error})
            if target:
                # The queue and topic of the destination are looked up in the function's account and region.
                route, result = lambda_svc._route_async_failure, {"body": error, "error": True}
                lambda_svc._run_with_function_config_scope(func, route, target, config["FunctionName"], event, result)

        retries = settings.get("MaximumRetryAttempts")
        retries = len(RETRY_SECONDS) if retries is None else int(retries)
        emulator.events.send(function(func, emulator), event, retries=retries, failed=failed)

    def invoke_by_arn(arn: str, event: Any) -> None:
        func, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if func and config:
            invoke(lambda_svc._execution_record_for_config(func, config), event)

    def from_rule(arn: str, payload: str) -> None:
        invoke_by_arn(arn, json.loads(payload))

    def from_topic(endpoint: str, envelope: str, _topic: str, subscription: str, *_: object) -> None:
        message = {"EventVersion": "1.0", "EventSubscriptionArn": subscription, "EventSource": "aws:sns"}
        invoke_by_arn(endpoint, {"Records": [{**message, "Sns": json.loads(envelope)}]})

    lambda_svc.invoke_async_with_retry = invoke
    eventbridge._dispatch_to_lambda = from_rule
    sns._deliver_to_lambda = from_topic
