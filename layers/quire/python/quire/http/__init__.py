"""The shared edge of all contracts: credential -> tenant, limits, parsing, refusals, request id.

A contract answers what only it can know (`edge.Contract`) and lists its routes; the rest happens here, once."""
