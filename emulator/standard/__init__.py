"""The standard methods, generically: create, get, list, update, delete, the IAM three, undelete, and those of
operations.

One code for both families of REST APIs: names (`{+parent}/secrets`, https://google.aip.dev/131 to 135) and path
parameters (`projects/{project}/global/networks/{network}`).
"""

from __future__ import annotations

from emulator.discovery.model import Method
from emulator.resource import Handler
from emulator.standard.create import create, create_named
from emulator.standard.delete import delete, undelete
from emulator.standard.iam import get_iam_policy, set_iam_policy, test_iam_permissions
from emulator.standard.locations import REGIONS, get_location, list_locations
from emulator.standard.operations import (
    cancel_operation,
    delete_operation,
    get_operation,
    list_operations,
    wait_operation,
)
from emulator.standard.read import aggregated_list, get, items_key, list_, paged
from emulator.standard.shared import refused, shown, unimplemented, unwrapped, uses_names
from emulator.standard.update import update, update_named


def handler_of(method: Method, has_policy_schema: bool = True) -> Handler | None:
    """The generic handler of a method, or None if only its service could say what it does."""
    verb = method.verb
    if method.collection.rsplit(".", 1)[-1].lower().endswith("operations") and verb in _OPERATIONS:
        return _OPERATIONS[verb]
    if verb in ("getIamPolicy", "setIamPolicy", "testIamPermissions"):
        return _IAM[verb] if has_policy_schema else None
    if method.collection.rsplit(".", 1)[-1] == "locations" and verb in _LOCATIONS:
        return _LOCATIONS[verb]
    return _STANDARD.get(verb)


_STANDARD: dict[str, Handler] = {
    "create": create, "insert": create, "get": get, "list": list_, "aggregatedList": aggregated_list,
    "patch": update, "update": update,
    "delete": delete, "undelete": undelete,
}  # fmt: skip

_IAM: dict[str, Handler] = {
    "getIamPolicy": get_iam_policy, "setIamPolicy": set_iam_policy, "testIamPermissions": test_iam_permissions,
}  # fmt: skip

_OPERATIONS: dict[str, Handler] = {
    "get": get_operation, "wait": wait_operation, "list": list_operations, "cancel": cancel_operation,
    "delete": delete_operation,
}  # fmt: skip

_LOCATIONS: dict[str, Handler] = {"get": get_location, "list": list_locations}

__all__ = [
    "REGIONS",
    "aggregated_list",
    "cancel_operation",
    "create",
    "create_named",
    "delete",
    "delete_operation",
    "get",
    "get_iam_policy",
    "get_location",
    "get_operation",
    "handler_of",
    "items_key",
    "list_",
    "list_locations",
    "list_operations",
    "paged",
    "refused",
    "set_iam_policy",
    "shown",
    "test_iam_permissions",
    "undelete",
    "unimplemented",
    "unwrapped",
    "update",
    "update_named",
    "uses_names",
    "wait_operation",
]
