"""The stack: storage, the functions with exactly what each may do, the state machine, and what wakes them."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import CfnOutput, CfnParameter, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.acknowledged import STREAMS, TEXTRACT, acknowledge
from infra.alarms import Alarms
from infra.api import Api
from infra.function import function, layers
from infra.storage import CHANGES, DUE, Storage
from infra.workflow import ADMIT_SECONDS, DocumentWorkflow, OcrNotices, Pokes

CONTRACTS = {
    "api_extract_page": ("/v1/files", "/v1/batches", "/v1/extract"),
    "api_terrafai": ("/api/v1/extraction-jobs", "/api/v1/extractFields"),
    "api_perfectparser": ("/v1/parsers", "/v1/extractions", "/v1/webhooks", "/v1/credits", "/v1/me"),
    "api_extend": (
        "/files",
        "/extract",
        "/extract_runs",
        "/batch_runs",
        "/extractors",
        "/webhook_endpoints",
        "/webhook_subscriptions",
    ),
    "api_llamacloud": ("/api/v1/files", "/api/v1/beta", "/api/v1/extraction", "/api/v2"),
    "api_console": ("/console",),
}
"""The function of each contract, and the paths that are its own with all that is under them; what is under none of them
goes to `elsewhere`."""

PICTURES = "/console/api/documents/{document}/pages/{number}"
SPOKEN = tuple(name for name in CONTRACTS if name not in ("api_extract_page", "api_console"))
"""The contracts whose words `deliver` speaks; the others have no webhooks."""
ANSWERED = ("api_extend", "api_extract_page", "api_llamacloud", "api_terrafai")
"""The contracts in whose words `elsewhere` refuses."""


class QuireStack(Stack):
    """Everything that Quire is in an account."""

    def __init__(self, scope: Construct, construct_id: str, *, stack_name: str | None = None) -> None:
        description = "Quire: document extraction in your own account"
        super().__init__(scope, construct_id, description=description, stack_name=stack_name)
        self.allowed_networks = CfnParameter(
            self,
            "AllowedNetworks",
            default="",
            allowed_pattern=r"[0-9a-fA-F:./, ]*",
            description="Networks (CIDR, separated by commas) that may be called though they are not public, where a "
            "caller names a URL. Leave it empty unless your documents or webhooks lie in a network of your own.",
        )
        self.allowed_origins = CfnParameter(
            self,
            "AllowedOrigins",
            type="CommaDelimitedList",
            default="",
            allowed_pattern=r"(\*|https?://[^/,\s]+)?",
            description="Origins whose pages may call the API from a browser (CORS), separated by commas, such as "
            "https://app.example.com; * for all. None by default.",
        )
        self.textract_rates = CfnParameter(
            self,
            "TextractRates",
            default="",
            allowed_pattern=r"([A-Za-z]+=[1-9][0-9]*(, *[A-Za-z]+=[1-9][0-9]*)*)?",
            description="Calls a second that this account may make, where they are not AWS's defaults of the region: "
            "DetectDocumentText=50,AnalyzeDocument=20,StartDocumentTextDetection=30,StartDocumentAnalysis=20",
        )
        self.storage = Storage(self, "Storage")
        self.pokes = Pokes(self, "Pokes")
        self.notices = OcrNotices(self, "OcrNotices")
        self.layers = layers(self)
        self.functions: dict[str, lambda_.Function] = {}
        self._tasks()
        steps = ("inspect", "read", "extract", "hold", "publish", "fail")
        tasks = {name.capitalize(): self.functions[name] for name in steps}
        self.workflow = DocumentWorkflow(self, "Document", tasks)
        self._starters()
        self._front()
        # With all that is under it a path also catches itself with a slash at its end, which no route can be named by.
        paths = {path: self.functions[name] for name, roots in CONTRACTS.items() for path in roots}
        routes = {**paths, **{f"{path}/{{path+}}": function for path, function in paths.items()}}
        routes |= dict.fromkeys((PICTURES, f"{PICTURES}/{{path+}}"), self.functions["api_pages"])
        self.api = Api(self, "Api", routes, self.functions["elsewhere"], self.allowed_origins)
        self._wakes()
        Alarms(self, "Alarms", functions=self.functions, machine=self.workflow.machine, parked=self.pokes.parked)
        readers = [self.node.find_child(f"{name}Role") for name in ("Expand", "Fetch", "Deliver")]
        wildcards = {TEXTRACT: [self.node.find_child("ReadRole")], STREAMS: readers}
        acknowledge(self, self.storage, wildcards)
        self._outputs()

    # ---- the functions, in the order of a document's path ------------------------------------------------------------

    def _tasks(self) -> None:
        """The tasks of the state machine. Each reads a document's row and its job's."""
        storage = self.storage
        table = {"JOBS_TABLE": storage.jobs.table_name}
        bucket = {"BUCKET": storage.bucket.bucket_name}
        pokes = {"ADMIT_QUEUE": self.pokes.queue.queue_url}
        end = storage.rows("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
        self._function(
            "inspect",
            environment={**table, **bucket},
            may=[
                storage.rows("GetItem", "BatchGetItem", "UpdateItem"),
                storage.objects(["GetObjectVersion"], "uploads", "inbox"),
                storage.listing(),
            ],
            seconds=240,
            memory_mib=2048,
        )
        self._function(
            "read",
            environment={
                **table,
                **bucket,
                "OCR_TOPIC": self.notices.topic.topic_arn,
                "OCR_ROLE": self.notices.role.role_arn,
                "TEXTRACT_RATES": self.textract_rates.value_as_string,
            },
            may=[
                storage.rows("GetItem", "UpdateItem"),
                # Textract looks at the object with these rights: it asks for both, whichever version is named.
                storage.objects(["GetObject", "GetObjectVersion"], "uploads", "inbox", "working"),
                storage.objects(["PutObject"], "working"),
                storage.listing(),
                self.notices.pass_role(),
                _textract(),
                DocumentWorkflow.complete(self),
                DocumentWorkflow.postpone(self),
            ],
            seconds=600,
            memory_mib=2048,
            heic=True,
        )
        self._function(
            "ocr_finished",
            environment=table,
            may=[storage.rows("UpdateItem"), DocumentWorkflow.complete(self)],
        )
        self._function(
            "extract",
            environment={**table, **bucket},
            may=[
                storage.rows("GetItem"),
                storage.objects(["GetObjectVersion"], "uploads", "inbox"),
                storage.objects(["GetObject"], "working"),
                storage.objects(["PutObject"], "results"),
                storage.listing(),
            ],
            seconds=600,
            memory_mib=3008,
            heic=True,
        )
        self._function(
            "hold",
            environment={**table, **pokes, **bucket},
            may=[
                end,
                self.pokes.send(),
                storage.objects(["PutObject", "DeleteObjectVersion"], "results"),
                DocumentWorkflow.complete(self),
            ],
        )
        self._function(
            "publish",
            environment={**table, **pokes, **bucket},
            may=[
                end,
                self.pokes.send(),
                storage.objects(["GetObjectVersion", "PutObject"], "results"),
                storage.listing(),
            ],
        )
        self._function(
            "fail",
            environment={**table, **pokes, **bucket},
            may=[end, self.pokes.send(), storage.objects(["PutObject"], "results")],
        )

    def _starters(self) -> None:
        """What begins documents, and what looks after them."""
        storage = self.storage
        table = {"JOBS_TABLE": storage.jobs.table_name}
        bucket = {"BUCKET": storage.bucket.bucket_name}
        pokes = {"ADMIT_QUEUE": self.pokes.queue.queue_url}
        machine = {"STATE_MACHINE": self.workflow.machine.state_machine_arn}
        idempotency = {"IDEMPOTENCY_TABLE": storage.idempotency.table_name}
        self._function(
            "accept",
            environment={**table, **bucket, **idempotency, **pokes},
            may=[
                storage.rows("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                storage.idempotency_rows(),
                storage.objects(["PutObject"], "working", "results"),
                self.pokes.send(),
            ],
        )
        self._function(
            "fetch",
            environment={**table, **bucket, **pokes, "ALLOWED_NETWORKS": self.allowed_networks.value_as_string},
            may=[
                storage.rows("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                storage.objects(["PutObject"], "uploads"),
                self.pokes.send(),
            ],
            seconds=300,
        )
        self._function(
            "expand",
            environment={**table, **bucket, **pokes},
            may=[
                storage.rows(
                    "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"
                ),
                storage.objects(["GetObjectVersion"], "working"),
                storage.listing(),
                self.pokes.send(),
            ],
            seconds=300,
        )
        self._function(
            "admit",
            environment={**table, **bucket, **pokes, **machine},
            may=[
                storage.rows("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                storage.objects(["PutObject"], "results"),
                self.workflow.start(),
                self.pokes.put_off(),
            ],
            seconds=ADMIT_SECONDS,
        )
        self._function(
            "deliver",
            environment={**table, **bucket, "ALLOWED_NETWORKS": self.allowed_networks.value_as_string},
            may=[
                storage.rows("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                storage.indexes(CHANGES),
                storage.objects(["GetObject", "GetObjectVersion"], "working"),
                storage.objects(["GetObject", "GetObjectVersion", "PutObject"], "results"),
                storage.listing(),
            ],
            seconds=60,
            memory_mib=1024,
            beside=SPOKEN,
        )
        self._function(
            "sweep",
            environment={**table, **bucket, **pokes, **machine},
            may=[
                storage.rows(
                    "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"
                ),
                storage.indexes(DUE),
                storage.objects(["GetObjectVersion"], "working"),
                storage.objects(["GetObject"], "uploads"),
                storage.objects(["PutObject"], "results"),
                storage.removing("working", "results"),
                storage.listing(),
                storage.listing_versions(),
                self.workflow.start(),
                self.workflow.describe(),
                DocumentWorkflow.complete(self),
                self.pokes.send(),
            ],
            seconds=300,
        )
        self._function(
            "reconcile",
            environment={**table, **bucket, **idempotency, **pokes},
            may=[
                storage.rows("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
                storage.idempotency_rows(),
                storage.objects(["GetObject"], "uploads", "results"),
                storage.objects(["PutObject"], "working", "results"),
                storage.listing(),
                storage.listing_versions(),
                self.pokes.send(),
            ],
            seconds=900,
        )

    def _front(self) -> None:
        """The contracts: what one may, all may, for one engine stands behind them."""
        storage = self.storage
        for contract in CONTRACTS:
            # A reviewer's decision also asks that the job was not cancelled.
            decides = ("ConditionCheckItem",) if contract == "api_console" else ()
            self._function(
                contract,
                environment={
                    "JOBS_TABLE": storage.jobs.table_name,
                    "IDEMPOTENCY_TABLE": storage.idempotency.table_name,
                    "BUCKET": storage.bucket.bucket_name,
                    "ADMIT_QUEUE": self.pokes.queue.queue_url,
                },
                may=[
                    storage.rows("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", *decides),
                    storage.indexes(),
                    storage.idempotency_rows(),
                    storage.objects(["GetObject", "PutObject"], "uploads"),
                    storage.objects(["GetObject", "GetObjectVersion", "PutObject"], "working"),
                    storage.objects(["GetObject", "GetObjectVersion", "PutObject"], "results"),
                    storage.objects(["GetObjectVersion"], "uploads"),
                    storage.removing("uploads", "working", "results"),
                    storage.listing(),
                    storage.listing_versions(),
                    self.pokes.send(),
                    DocumentWorkflow.complete(self),
                ],
                memory_mib=1024,
            )
        self._function(
            "elsewhere",
            environment={"JOBS_TABLE": storage.jobs.table_name},
            may=[storage.rows("GetItem")],
            beside=ANSWERED,
            data=("docs/openapi",),
        )
        self._function(
            "api_pages",
            environment={"JOBS_TABLE": storage.jobs.table_name, "BUCKET": storage.bucket.bucket_name},
            may=[
                storage.rows("GetItem", "UpdateItem"),
                storage.objects(["GetObjectVersion"], "uploads", "inbox", "working"),
                storage.objects(["GetObject", "GetObjectVersion", "PutObject"], "results"),
                storage.listing(),
            ],
            memory_mib=2048,
            beside=("api_console",),
            heic=True,
        )

    def _function(
        self,
        name: str,
        *,
        environment: dict[str, str],
        may: list[iam.PolicyStatement],
        seconds: int = 30,
        memory_mib: int = 512,
        beside: Sequence[str] = (),
        heic: bool = False,
        data: Sequence[str] = (),
    ) -> None:
        self.functions[name] = function(
            self,
            name,
            self.layers,
            environment=environment,
            may=may,
            seconds=seconds,
            memory_mib=memory_mib,
            beside=beside,
            heic=heic,
            data=data,
        )

    # ---- what wakes them ---------------------------------------------------------------------------------------------

    def _wakes(self) -> None:
        functions = self.functions
        events.Rule(
            self,
            "Arrivals",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [self.storage.bucket.bucket_name]},
                    "object": {"key": [{"prefix": "uploads/"}, {"prefix": "inbox/"}]},
                },
            ),
            targets=[targets.LambdaFunction(functions["accept"])],
        )
        events.Rule(
            self,
            "ExecutionsGone",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [self.workflow.machine.state_machine_arn],
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
            targets=[targets.LambdaFunction(functions["fail"])],
        )
        events.Rule(
            self,
            "EachMinute",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[targets.LambdaFunction(functions["sweep"], retry_attempts=0)],
        )
        events.Rule(
            self,
            "EachHour",
            schedule=events.Schedule.rate(Duration.hours(1)),
            targets=[targets.LambdaFunction(functions["reconcile"])],
        )
        functions["admit"].add_event_source(
            sources.SqsEventSource(self.pokes.queue, batch_size=10, report_batch_item_failures=True)
        )
        functions["expand"].add_event_source(self._marks("expand#", ["INSERT"], at_once=10))
        # One at a time, so that a slow server holds up only the documents of its own lane.
        functions["fetch"].add_event_source(self._marks("fetch#", ["INSERT", "MODIFY"], at_once=1, lanes=10))
        # Those of a batch are sent side by side, and those of a receiver are of one lane.
        functions["deliver"].add_event_source(self._marks("delivery#", ["INSERT", "MODIFY"], at_once=10, lanes=10))
        self.notices.topic.add_subscription(subscriptions.LambdaSubscription(functions["ocr_finished"]))

    def _marks(self, prefix: str, written: list[str], *, at_once: int, lanes: int = 1) -> sources.DynamoEventSource:
        """The rows of that prefix, each time they are `written` so; those of one partition are of one lane."""
        of_marks = {
            "eventName": lambda_.FilterRule.or_(*written),
            "dynamodb": {"Keys": {"SK": {"S": lambda_.FilterRule.begins_with(prefix)}}},
        }
        return sources.DynamoEventSource(
            self.storage.jobs,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=at_once,
            parallelization_factor=lanes,
            retry_attempts=10,
            report_batch_item_failures=True,
            filters=[lambda_.FilterCriteria.filter(of_marks)],
        )

    def _outputs(self) -> None:
        for name, value in {
            "ApiId": self.api.http.api_id,
            "ApiUrl": self.api.http.api_endpoint,
            "BucketName": self.storage.bucket.bucket_name,
            "JobsTable": self.storage.jobs.table_name,
            "IdempotencyTable": self.storage.idempotency.table_name,
            "StateMachineArn": self.workflow.machine.state_machine_arn,
            "AdmitQueueUrl": self.pokes.queue.queue_url,
        }.items():
            CfnOutput(self, name, value=value)


def _textract() -> iam.PolicyStatement:
    """Textract's actions know no resources (Service Authorization Reference, "Amazon Textract")."""
    actions = ("DetectDocumentText", "AnalyzeDocument")
    started = ("DocumentTextDetection", "DocumentAnalysis")
    names = [*actions, *(f"{verb}{what}" for verb in ("Start", "Get") for what in started)]
    return iam.PolicyStatement(actions=[f"textract:{name}" for name in names], resources=["*"])
