"""The fault sweep: each path of the system, with each fault at each AWS call: the invariants must hold."""
