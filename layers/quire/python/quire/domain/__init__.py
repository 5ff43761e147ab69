"""What Quire is about, without AWS, HTTP or files: jobs, documents, slots, credits, refusals, and their ports."""
