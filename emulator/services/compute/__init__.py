"""Compute Engine's networking, https://cloud.google.com/compute/docs/reference/rest/v1; other kinds by discovery
alone."""

from __future__ import annotations

from emulator.resource import Resource
from emulator.service import Service
from emulator.services.compute import addresses, links, listing, networks, places, routers, routing
from emulator.wire import errors

_LISTED = (
    "networks", "subnetworks", "firewalls", "routes", "addresses", "globalAddresses", "routers", "forwardingRules",
    "globalForwardingRules",
)  # fmt: skip
_AGGREGATED = ("subnetworks", "addresses", "routers", "forwardingRules")
_LABELLED = ("addresses", "globalAddresses", "forwardingRules", "globalForwardingRules")

_ADDRESS = Resource(
    id_pattern=links.NAME,
    required=("name",),
    defaults=addresses.address_defaults,
    on_create=addresses.address_created,
    on_delete=addresses.address_deleted,
    view=addresses.address_view,
)
_RULE = Resource(
    id_pattern=links.NAME,
    required=("name",),
    defaults=addresses.rule_defaults,
    on_create=addresses.rule_created,
    on_update=addresses.rule_updated,
)

SERVICE = Service(
    "compute",
    errors=errors.COMPUTE,
    presence=True,
    ignore_unknown=True,
    link_root="https://www.googleapis.com/",
    not_found=links.not_found,
    exists=links.exists,
    resources={
        "networks": Resource(
            id_pattern=links.NAME,
            required=("name",),
            defaults=networks.network_defaults,
            on_update=networks.network_updated,
            after_create=networks.network_created,
            on_delete=networks.network_deleted,
            view=networks.network_view,
            find=networks.find_network,
            builtin=networks.builtin_networks,
        ),
        "subnetworks": Resource(
            id_pattern=links.NAME,
            required=("name", "network"),
            defaults=networks.subnetwork_defaults,
            on_create=networks.subnetwork_created,
            on_update=networks.subnetwork_updated,
            on_delete=networks.subnetwork_deleted,
            find=networks.find_subnetwork,
        ),
        "firewalls": Resource(
            id_pattern=links.NAME,
            required=("name",),
            defaults=networks.firewall_defaults,
            on_create=networks.firewall_checked,
            on_update=networks.firewall_updated,
        ),
        "routes": Resource(
            id_pattern=links.NAME,
            required=("name", "network", "destRange"),
            defaults=networks.route_defaults,
            on_create=networks.route_created,
        ),
        "addresses": _ADDRESS,
        "globalAddresses": _ADDRESS,
        "forwardingRules": _RULE,
        "globalForwardingRules": _RULE,
        "routers": Resource(
            id_pattern=links.NAME,
            required=("name", "network"),
            defaults=routers.router_defaults,
            on_create=routers.router_created,
        ),
    },
    methods={
        "networks.addPeering": networks.add_peering,
        "networks.updatePeering": networks.update_peering,
        "networks.removePeering": networks.remove_peering,
        "networks.switchToCustomMode": networks.switch_to_custom,
        "subnetworks.setPrivateIpGoogleAccess": networks.set_private_access,
        "subnetworks.expandIpCidrRange": networks.expand_range,
        "forwardingRules.setTarget": addresses.set_target,
        "globalForwardingRules.setTarget": addresses.set_target,
        "routers.getRouterStatus": routers.router_status,
        "routers.preview": routers.router_preview,
        **routing.METHODS,
        "regions.get": places.get_region,
        "regions.list": places.list_regions,
        "zones.get": places.get_zone,
        "zones.list": places.list_zones,
        "projects.get": places.get_project,
        **{f"{kind}.list": listing.list_ for kind in _LISTED},
        **{f"{kind}.aggregatedList": listing.aggregated for kind in _AGGREGATED},
        **{f"{kind}.setLabels": addresses.set_labels for kind in _LABELLED},
    },
)
