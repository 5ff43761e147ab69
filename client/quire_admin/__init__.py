"""The commands of `quire` that administer a stack itself, by the rights of an AWS account: tenants, keys, credits,
templates, webhooks and reviews. They are the service's own use cases; the client works without them (extra `admin`)."""
