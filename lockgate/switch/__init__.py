"""The kill switch of a stack's routers, from the operators' side."""
