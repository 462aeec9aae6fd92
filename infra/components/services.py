"""The services guardrail: exactly the Google APIs that the stack calls are enabled.

Owns the enablement of each API. It does not disable what else is enabled in the project, nor, when the stack is
destroyed, what it enabled: other stacks and Google's own clean-up may need it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from infra.sizing.services import DOMAIN, ServicesArgs


class Services(pulumi.ComponentResource):
    """The enabled APIs of one project."""

    enabled: Mapping[str, gcp.projects.Service]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: ServicesArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("lockgate:supply_chain:Services", name, None, opts)
        self.enabled = {
            api: gcp.projects.Service(
                f"{name}-{api}",
                project=args.project,
                service=f"{api}.{DOMAIN}",
                disable_on_destroy=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for api in args.apis
        }
        self.ready = list(self.enabled.values())
        self.register_outputs({"services": list(args.apis)})

    def of(self, *apis: str, where_enabled: tuple[str, ...] = ()) -> list[pulumi.Resource]:
        """The enablement of some APIs, to depend on, and of others only where this stack enables them.

        Raises ValueError for one of ``apis`` that is not enabled.
        """
        missing = [api for api in apis if api not in self.enabled]
        if missing:
            raise ValueError(
                f"services: {', '.join(missing)} is not enabled, so what depends on it would fail. "
                "Add it to infra/sizing/services.py."
            )
        return [self.enabled[api] for api in (*apis, *where_enabled) if api in self.enabled]
