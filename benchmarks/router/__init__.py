"""``make bench-router``: the router beside two gateways and a proxy that only forwards, in one run."""
