"""The ledger: money is reserved before a model is called, and settled after it.

``money`` and ``price`` say what things cost, ``bound`` what a call can cost at most, ``budget`` which budgets it draws
on. ``book`` is the state machine of one process and ``bank`` that of the store: neither has a clock, a file or a
socket. ``journal`` keeps a process's book through kill -9, and ``recovery`` books what a dead one left. What processes
share are the transactions of ``store``, over ``tables``, ``chains`` and ``cases``; ``sqlite`` and ``postgres`` carry
them out. ``keeper`` is the shell that moves between all of them, by ``policy``: ``leases`` is its side of the exchange,
``group`` its group commit. ``trail`` is the hash-chained audit trail, ``billing`` compares with the billing export.
"""
