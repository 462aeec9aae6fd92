"""Cloud KMS: https://cloud.google.com/kms/docs/reference/rest. Key rings and keys stay: what ends is the material of
a version, some time after it
was scheduled for destruction."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context, Started
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.cloudkms import autokey, imports, keys, material, pairs, versions

JSON = dict[str, Any]

_ID = r"[A-Za-z0-9_-]{1,63}"


def _not_found(ctx: Context, kind: str, name: str) -> str:
    return f"{kind} {ctx.shown_name(name)} not found."


def _exists(ctx: Context, kind: str, name: str) -> str:
    return f"{kind} {ctx.shown_name(name)} already exists."


def _counted(ctx: Context, call: Call) -> JSON | Answer:
    """A list of Cloud KMS says how many there are in all."""
    listed = standard.list_(ctx, call)
    total = len(ctx.store.names(ctx.label, call.target))
    return listed | {"totalSize": total} if isinstance(listed, dict) and total else listed


def _metadata(ctx: Context, started: Started, done: bool) -> JSON | None:
    """Key handles: an empty message while it runs, none afterwards."""
    return None if done else {"@type": ctx.type_url(f"{started.verb.title()}{started.kind}Metadata")}


SERVICE = Service(
    "cloudkms",
    package="google.cloud.kms.{version}",
    # Of version states and key purposes; both are declared out of the order of their numbers.
    enum_numbers={
        1: "ENABLED",
        2: "DISABLED",
        3: "DESTROYED",
        4: "DESTROY_SCHEDULED",
        5: "ASYMMETRIC_SIGN",
        6: "ASYMMETRIC_DECRYPT",
        7: "RAW_ENCRYPT_DECRYPT",
        9: "MAC",
    },
    not_found=_not_found,
    exists=_exists,
    operation_metadata=_metadata,
    resources={
        "keyRings": Resource(id_pattern=_ID, on_delete=keys.refuse_children),
        "cryptoKeys": Resource(
            id_pattern=_ID,
            required=("purpose",),
            defaults=keys.defaults,
            on_create=keys.check,
            after_create=keys.first_version,
            on_update=keys.changed,
            on_delete=keys.refuse_children,
            mask_required=True,
            view=keys.view,
        ),
        "cryptoKeyVersions": Resource(on_delete=versions.refuse_live, view=versions.view, mask_required=True),
        "importJobs": Resource(id_pattern=_ID, on_create=imports.made, after_create=imports.generated),
        "keyHandles": Resource(server_id=lambda ctx: ctx.ids.uuid(), on_create=autokey.handle_made),
        "ekmConnections": Resource(id_pattern=_ID),
    },
    methods={
        "keyRings.list": _counted,
        "cryptoKeys.list": _counted,
        "cryptoKeys.updatePrimaryVersion": keys.update_primary,
        "cryptoKeys.encrypt": material.encrypt,
        "cryptoKeys.decrypt": material.decrypt,
        "cryptoKeyVersions.list": _counted,
        "cryptoKeyVersions.create": versions.create,
        "cryptoKeyVersions.patch": versions.patch,
        "cryptoKeyVersions.destroy": versions.destroy,
        "cryptoKeyVersions.restore": versions.restore,
        "importJobs.list": _counted,
        "ekmConnections.list": _counted,
        "ekmConnections.verifyConnectivity": autokey.verify,
        "cryptoKeyVersions.getPublicKey": pairs.public_key,
        "cryptoKeyVersions.asymmetricSign": pairs.sign,
        "cryptoKeyVersions.asymmetricDecrypt": pairs.decrypt,
        "cryptoKeyVersions.macSign": pairs.mac_sign,
        "cryptoKeyVersions.macVerify": pairs.mac_verify,
        "locations.generateRandomBytes": material.random_bytes,
        "locations.getEkmConfig": autokey.get_singleton,
        "locations.updateEkmConfig": autokey.update_singleton,
        "folders.getAutokeyConfig": autokey.get_config,
        "projects.getAutokeyConfig": autokey.get_config,
        "folders.updateAutokeyConfig": autokey.update_config,
        "projects.updateAutokeyConfig": autokey.update_config,
        "folders.showEffectiveAutokeyConfig": autokey.effective,
        "projects.showEffectiveAutokeyConfig": autokey.effective,
        "folders.getKajPolicyConfig": autokey.get_singleton,
        "organizations.getKajPolicyConfig": autokey.get_singleton,
        "projects.getKajPolicyConfig": autokey.get_singleton,
        "folders.updateKajPolicyConfig": autokey.update_singleton,
        "organizations.updateKajPolicyConfig": autokey.update_singleton,
        "projects.updateKajPolicyConfig": autokey.update_singleton,
    },
)
