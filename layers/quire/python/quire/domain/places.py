"""Where in the bucket a job keeps what is its own: two folders, so that a deleted job can be removed whole."""

from __future__ import annotations


def results_of(tenant: str, job_id: str) -> str:
    """What a caller may be given: results and their pictures and PDFs, reviews, exports, bodies of webhooks."""
    return f"results/{tenant}/{job_id}/"


def working_of(tenant: str, job_id: str) -> str:
    """What only the steps read: manifest, schema, readings, Textract's answers."""
    return f"working/{tenant}/{job_id}/"
