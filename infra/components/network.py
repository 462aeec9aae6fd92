"""The network guardrail: the stack talks to Google's APIs and its own database, over private addresses only.

Owns the VPC, its subnets, the Private Service Connect endpoints for Google's APIs (one for all, Vertex AI among them,
and one for Model Armor, which is served in the region only), the DNS zone that leads to them, the firewall, the private
services access that Cloud SQL uses, and, where models are deployed, the leave for Vertex AI to place their private
addresses in the subnet. There is no route to the internet, no address that the internet reaches and no NAT. It does not
manage a VPC Service Controls perimeter, which belongs to the organisation.
"""

from __future__ import annotations

import ipaddress

import pulumi
import pulumi_gcp as gcp

from infra.sizing.network import NetworkArgs, WayOut

ANYWHERE = "0.0.0.0/0"
LAST = 65534
ZONE = "googleapis.com."


class Network(pulumi.ComponentResource):
    """A VPC and a few narrow ways out; endpoints of deployed models wait for ``model_access``.

    What runs is in the subnet of ``subnet_id``; the other one holds private endpoints of single APIs.
    """

    network_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    peering: gcp.servicenetworking.Connection
    model_access: list[pulumi.Resource]

    def __init__(self, name: str, args: NetworkArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("lockgate:network:Network", name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        network = gcp.compute.Network(
            f"{name}-vpc",
            project=args.project,
            name=args.name,
            auto_create_subnetworks=False,
            delete_default_routes_on_create=True,
            opts=self._child,
        )
        subnet = self._subnet("subnet", args.name, args.subnet_range, network)
        zone = self._endpoint(network)
        self._regional(network, zone)
        self._deny(network)
        for way in args.ways_out:
            self._allow(network, way)
        self.network_id = network.id
        self.subnet_id = subnet.id
        self.peering = self._private_services(network)
        self.model_access = [self._model_access(network, subnet)] if args.model_connections else []
        self.register_outputs({"network_id": self.network_id, "subnet_id": self.subnet_id})

    def _subnet(self, suffix: str, name: str, addresses: str, network: gcp.compute.Network) -> gcp.compute.Subnetwork:
        return gcp.compute.Subnetwork(
            f"{self._name}-{suffix}",
            project=self._args.project,
            region=self._args.region,
            name=name,
            network=network.id,
            ip_cidr_range=addresses,
            private_ip_google_access=True,
            log_config=gcp.compute.SubnetworkLogConfigArgs(
                aggregation_interval="INTERVAL_5_SEC", flow_sampling=1.0, metadata="INCLUDE_ALL_METADATA"
            ),
            opts=self._child,
        )

    def _endpoint(self, network: gcp.compute.Network) -> gcp.dns.ManagedZone:
        """One private address for all of Google's APIs, and the zone of the names that lead to it."""
        name, args = self._name, self._args
        address = gcp.compute.GlobalAddress(
            f"{name}-apis-address",
            project=args.project,
            name=args.endpoint_name,
            address=args.endpoint_address,
            address_type="INTERNAL",
            purpose="PRIVATE_SERVICE_CONNECT",
            network=network.id,
            opts=self._child,
        )
        gcp.compute.GlobalForwardingRule(
            f"{name}-apis-endpoint",
            project=args.project,
            name=args.endpoint_name,
            target="all-apis",
            network=network.id,
            ip_address=address.id,
            load_balancing_scheme="",
            no_automate_dns_zone=True,
            opts=self._child,
        )
        zone = gcp.dns.ManagedZone(
            f"{name}-apis-zone",
            project=args.project,
            name=f"{args.name}-google-apis",
            dns_name=ZONE,
            description="Google's APIs, over the private endpoint",
            visibility="private",
            private_visibility_config=gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
                networks=[gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network.id)]
            ),
            opts=self._child,
        )
        records = (("apis-name", ZONE, "A", args.endpoint_address), ("apis-names", f"*.{ZONE}", "CNAME", ZONE))
        for suffix, record, kind, target in records:
            self._record(suffix, zone, record, kind, target)
        return zone

    def _regional(self, network: gcp.compute.Network, zone: gcp.dns.ManagedZone) -> None:
        """A private address for each API that the endpoint for all does not serve, and its name."""
        args = self._args
        subnet = self._subnet("endpoints", f"{args.name}-endpoints", args.regional_range, network)
        for api in args.regional:
            gcp.networkconnectivity.RegionalEndpoint(
                f"{self._name}-{api.name}",
                project=args.project,
                location=args.region,
                name=f"{args.name}-{api.name}",
                description=f"Private address of {api.host}",
                target_google_api=api.host,
                access_type="REGIONAL",
                address=api.address,
                network=network.id,
                subnetwork=subnet.id,
                opts=self._child,
            )
            self._record(f"{api.name}-name", zone, f"{api.host}.", "A", api.address)

    def _record(self, suffix: str, zone: gcp.dns.ManagedZone, name: str, kind: str, target: str) -> None:
        gcp.dns.RecordSet(
            f"{self._name}-{suffix}",
            project=self._args.project,
            managed_zone=zone.name,
            name=name,
            type=kind,
            ttl=300,
            rrdatas=[target],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[zone]),
        )

    def _deny(self, network: gcp.compute.Network) -> None:
        self._firewall(
            "deny-egress",
            network,
            description="Nothing leaves the network unless another rule lets it",
            priority=LAST,
            destination_ranges=[ANYWHERE],
            denies=[gcp.compute.FirewallDenyArgs(protocol="all")],
        )

    def _allow(self, network: gcp.compute.Network, way: WayOut) -> None:
        self._firewall(
            f"allow-{way.name}",
            network,
            description=way.description,
            priority=1000,
            destination_ranges=[way.destination],
            allows=[gcp.compute.FirewallAllowArgs(protocol="tcp", ports=list(way.ports))],
        )

    def _firewall(
        self,
        rule: str,
        network: gcp.compute.Network,
        *,
        description: str,
        priority: int,
        destination_ranges: list[str],
        allows: list[gcp.compute.FirewallAllowArgs] | None = None,
        denies: list[gcp.compute.FirewallDenyArgs] | None = None,
    ) -> None:
        gcp.compute.Firewall(
            f"{self._name}-{rule}",
            project=self._args.project,
            name=f"{self._args.name}-{rule}",
            network=network.id,
            description=description,
            direction="EGRESS",
            priority=priority,
            destination_ranges=destination_ranges,
            allows=allows,
            denies=denies,
            log_config=gcp.compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
            opts=self._child,
        )

    def _private_services(self, network: gcp.compute.Network) -> gcp.servicenetworking.Connection:
        """The range that Cloud SQL takes its private address from, and the peering with Google's side of it."""
        name, args = self._name, self._args
        reserved = gcp.compute.GlobalAddress(
            f"{name}-services-range",
            project=args.project,
            name=f"{args.name}-services",
            address=args.services_address,
            prefix_length=args.services_prefix,
            address_type="INTERNAL",
            purpose="VPC_PEERING",
            network=network.id,
            opts=self._child,
        )
        return gcp.servicenetworking.Connection(
            f"{name}-services",
            network=network.id,
            service="servicenetworking.googleapis.com",
            reserved_peering_ranges=[reserved.name],
            # Google refuses to delete a peering for days after the last instance in it is gone.
            deletion_policy="ABANDON",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[reserved]),
        )

    def _model_access(
        self, network: gcp.compute.Network, subnet: gcp.compute.Subnetwork
    ) -> gcp.networkconnectivity.ServiceConnectionPolicy:
        """Vertex AI may make private addresses in the subnet for its endpoints, and only so many."""
        return gcp.networkconnectivity.ServiceConnectionPolicy(
            f"{self._name}-models",
            project=self._args.project,
            location=self._args.region,
            name=f"{self._args.name}-models",
            description="Private addresses of Vertex AI endpoints",
            service_class="gcp-vertexai",
            network=network.id,
            psc_config=gcp.networkconnectivity.ServiceConnectionPolicyPscConfigArgs(
                subnetworks=[subnet.id], limit=str(self._args.model_connections)
            ),
            opts=self._child,
        )


def _check(name: str, args: NetworkArgs) -> None:
    subnet = ipaddress.ip_network(args.subnet_range)
    services = ipaddress.ip_network(f"{args.services_address}/{args.services_prefix}")
    endpoint = ipaddress.ip_address(args.endpoint_address)
    regional = ipaddress.ip_network(args.regional_range)
    apart = not subnet.overlaps(services) and not regional.overlaps(subnet) and not regional.overlaps(services)
    if not apart or any(endpoint in taken for taken in (subnet, services, regional)):
        raise ValueError(
            f"{name}: the subnets {subnet} and {regional}, the services range {services} and the endpoint {endpoint} "
            "overlap, so "
            "Google refuses one of them. Give each a range of its own in infra/sizing/network.py."
        )
    for api in args.regional:
        if ipaddress.ip_address(api.address) not in regional:
            raise ValueError(
                f"{name}: {api.address} of {api.host} is not in {regional}, so Google refuses its endpoint. "
                "Choose an address of that subnet in infra/sizing/network.py."
            )
    for way in args.ways_out:
        if ipaddress.ip_network(way.destination).prefixlen == 0:
            raise ValueError(
                f"{name}: the way out {way.name} leads everywhere ({way.destination}), so nothing is denied. "
                "Name its destination in infra/sizing/network.py."
            )
