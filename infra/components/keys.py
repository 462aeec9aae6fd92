"""The keys guardrail: what the stack stores is encrypted with keys that the project controls and rotates.

Owns the key ring, one key a purpose, the service agents that use them and the one grant on each key. A grant is
authoritative: nobody else encrypts or decrypts with the key. It does not manage who administers keys, which belongs
to the organisation. Neither rings nor keys can be deleted in Cloud KMS; both are protected here, because destroying
a key's versions destroys what it encrypts.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from infra.sizing.keys import Agent, Key, KeysArgs
from infra.sizing.services import DOMAIN

USER = "roles/cloudkms.cryptoKeyEncrypterDecrypter"


class Keys(pulumi.ComponentResource):
    """Customer-managed keys by purpose; ``ids`` are given out only after their grants, ``agents`` are by API."""

    agents: dict[str, gcp.projects.ServiceIdentity]
    ids: dict[str, pulumi.Output[str]]
    granted: dict[str, pulumi.Resource]

    def __init__(
        self,
        name: str,
        args: KeysArgs,
        *,
        enabled: Mapping[str, pulumi.CustomResource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``enabled`` holds the enablement of each API whose agent uses a key."""
        _check(name, args, enabled)
        super().__init__("lockgate:encryption:Keys", name, None, opts)
        self._enabled = enabled
        self._project = args.project
        ring = gcp.kms.KeyRing(
            f"{name}-ring",
            project=args.project,
            name=args.ring,
            location=args.location,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        agents = {agent for key in args.keys for agent in key.agents}
        self.agents = {
            agent.api: self._identity(f"{name}-agent-{agent.api}", agent)
            for agent in sorted(agents, key=lambda agent: agent.api)
            if agent.member is not None
        }
        self._members = {agent: self._member(agent) for agent in agents}
        self.granted = {}
        self.ids = {}
        for key in args.keys:
            crypto_key = gcp.kms.CryptoKey(
                f"{name}-{key.purpose}",
                name=key.purpose,
                key_ring=ring.id,
                purpose="ENCRYPT_DECRYPT",
                rotation_period=args.rotation_period,
                destroy_scheduled_duration=args.destroy_scheduled_duration,
                opts=pulumi.ResourceOptions(parent=self, protect=True),
            )
            grant = self._grant(f"{name}-{key.purpose}-users", crypto_key, key)
            self.granted[key.purpose] = grant
            self.ids[key.purpose] = pulumi.Output.all(crypto_key.id, grant.id).apply(lambda ids: str(ids[0]))
        self.register_outputs({"ids": self.ids})

    def _identity(self, name: str, agent: Agent) -> gcp.projects.ServiceIdentity:
        return gcp.projects.ServiceIdentity(
            name,
            project=self._project,
            service=f"{agent.api}.{DOMAIN}",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._enabled[agent.api]]),
        )

    def _member(self, agent: Agent) -> pulumi.Input[str]:
        """The agent as an IAM member; asking Google for it is what creates the three that are not known before."""
        if agent.member is not None:
            return agent.member
        asked = pulumi.InvokeOutputOptions(parent=self, depends_on=[self._enabled[agent.api]])
        if agent.api == "storage":
            email = gcp.storage.get_project_service_account_output(project=self._project, opts=asked).email_address
        elif agent.api == "bigquery":
            email = gcp.bigquery.get_default_service_account_output(project=self._project, opts=asked).email
        else:
            email = gcp.logging.get_project_settings_output(project=self._project, opts=asked).kms_service_account_id
        # The answer is unknown until the API is enabled, and then does not say what it waits for.
        return pulumi.Output.all(email, self._enabled[agent.api].id).apply(lambda known: f"serviceAccount:{known[0]}")

    def _grant(self, name: str, crypto_key: gcp.kms.CryptoKey, key: Key) -> gcp.kms.CryptoKeyIAMBinding:
        made = [self.agents[agent.api] for agent in key.agents if agent.member is not None]
        return gcp.kms.CryptoKeyIAMBinding(
            name,
            crypto_key_id=crypto_key.id,
            role=USER,
            members=[self._members[agent] for agent in key.agents],
            opts=pulumi.ResourceOptions(parent=self, depends_on=made),
        )


def _check(name: str, args: KeysArgs, enabled: Mapping[str, pulumi.CustomResource]) -> None:
    for key in args.keys:
        for agent in key.agents:
            if agent.api not in enabled:
                raise ValueError(
                    f"{name}: the key {key.purpose} is used by {agent.api}, which is not enabled, so its service agent "
                    "does not exist. Add the API to infra/sizing/services.py."
                )
            if agent.member is None and agent.api not in {"storage", "bigquery", "logging"}:
                raise ValueError(
                    f"{name}: the key {key.purpose} is used by {agent.api}, whose service agent is not named. "
                    "Give its member in infra/sizing/keys.py."
                )
