"""Step Functions: the histories of ended executions are not kept for ever.

Stock MiniStack keeps every state's input and output of every execution. Here the last 200 ended executions keep their
history, the last 20,000 their record: their names stay taken, as names on AWS do for 90 days.
"""

from collections import deque

from ministack.services import stepfunctions

from local.emulator.emulator import Emulator

KEPT_HISTORIES = 200
KEPT_EXECUTIONS = 20_000


def install(_: Emulator) -> None:
    """Wrap the run of an execution (``execution_ends`` holds the seam)."""
    run = stepfunctions._run_execution
    ended: deque[str] = deque()
    shortened: deque[str] = deque()

    def run_and_forget(arn: str) -> None:
        try:
            run(arn)
        finally:
            ended.append(arn)
            while len(ended) > KEPT_HISTORIES:
                oldest = ended.popleft()
                events = stepfunctions._executions[oldest]["events"]
                del events[1:-1]
                shortened.append(oldest)
            while len(shortened) > KEPT_EXECUTIONS:
                stepfunctions._executions.pop(shortened.popleft(), None)

    stepfunctions._run_execution = run_and_forget
