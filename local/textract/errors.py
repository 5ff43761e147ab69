"""Refusals in Amazon Textract's words."""

from __future__ import annotations

# The messages are those the service sends; a client may log them, no client should read them.
MESSAGES = {
    "BadDocumentException": "Unable to read the document",
    "DocumentTooLargeException": "Document is too large",
    "IdempotentParameterMismatchException": "The ClientRequestToken was used with other parameters",
    "InternalServerError": "Internal server error",
    "InvalidJobIdException": "Request has invalid Job Id",
    "InvalidParameterException": "Request has invalid parameters",
    "InvalidS3ObjectException": (
        "Unable to get object metadata from S3. Check object key, region and/or access permissions."
    ),
    "LimitExceededException": "Open jobs exceed the maximum number of concurrent jobs",
    "ProvisionedThroughputExceededException": "Provisioned rate exceeded",
    "SerializationException": "Unable to parse the request",
    "ThrottlingException": "Rate exceeded",
    "AccessDeniedException": "User is not authorized to perform this operation",
    "UnknownOperationException": "Unknown operation",
    "UnsupportedDocumentException": "Request has unsupported document format",
}


class TextractError(Exception):
    """A request or a document that Textract does not take; `code` is the exception's name in its service model."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        super().__init__(self.code, self.message)

    @property
    def status(self) -> int:
        """HTTP status: the JSON 1.1 protocol knows 400 for the caller's faults and 500 for the service's."""
        return 500 if self.code == "InternalServerError" else 400
