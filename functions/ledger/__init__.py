"""The ledger: money is reserved before a model is called, and settled after it.

``money`` and ``price`` say what things cost, ``bound`` what a call can cost at most, ``budget`` which budgets it draws
on. ``book`` is the state machine of one process and ``bank`` that of the store: neither has a clock, a file or a
socket. ``journal`` keeps a process's book through kill -9, ``sqlite`` and ``postgres`` keep what processes share, and
``keeper`` is the shell that moves between them. ``trail`` is the hash-chained audit trail, ``billing`` compares with
the billing export.
"""
