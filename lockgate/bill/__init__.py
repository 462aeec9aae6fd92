"""The bill: what the billing export says, read as data, and how its reconciliation with the ledger is told."""
