"""Places that an endpoint may never lead to, as data: networks and names, each with its reason.

The registries are IANA's special-purpose addresses and special-use domain names. The addresses of
clouds are from their own manuals.
"""

from __future__ import annotations

import ipaddress
from typing import Final

NETWORKS: Final = tuple(
    (ipaddress.ip_network(network), reason)
    for network, reason in (
        # Link-local and unique local ones are told by `ipaddress` as well. They stand here for
        # what is found in them.
        ("169.254.0.0/16", "link-local: the metadata of AWS, Azure, Google, Oracle and others"),
        ("168.63.129.16/32", "Azure: name server, health probes and the agent of its hosts"),
        ("100.64.0.0/10", "shared by carriers (RFC 6598); Alibaba: metadata at 100.100.100.200"),
        ("192.0.0.0/24", "protocol assignments; Oracle: older metadata at 192.0.0.192"),
        ("161.26.0.0/16", "IBM Cloud: services for its own machines"),
        ("166.8.0.0/14", "IBM Cloud: services for its own machines"),
        ("192.88.99.0/24", "6to4 relays (RFC 7526)"),
        ("198.18.0.0/15", "benchmarks (RFC 2544)"),
        ("224.0.0.0/3", "multicast and reserved"),
        ("fc00::/7", "unique local: AWS at fd00:ec2::254, Google at fd20:ce::254"),
        ("fe80::/10", "link-local: OpenStack at fe80::a9fe:a9fe"),
        ("fec0::/10", "site-local (RFC 3879)"),
        ("64:ff9b:1::/48", "translation within one network (RFC 8215)"),
        ("100::/64", "discarded (RFC 6666)"),
        ("2001::/23", "protocol assignments, Teredo among them"),
        ("2001:db8::/32", "documentation (RFC 3849)"),
        ("3fff::/20", "documentation (RFC 9637)"),
        ("5f00::/16", "segment routing (RFC 9602)"),
        ("ff00::/8", "multicast"),
    )
)

# `.example` is not among them: it leads nowhere, and stands for public hosts in every manual.
ENDINGS: Final = {
    "alt": "names outside the domain name system (RFC 9476)",
    "arpa": "the network's own names, home.arpa among them (RFC 8375)",
    "consul": "Consul's services",
    "corp": "company networks (RFC 6762, appendix G)",
    "docker": "Docker's containers",
    "home": "home networks (RFC 6762, appendix G)",
    "internal": "private use (ICANN, 2024); AWS, Google and Docker name machines so",
    "intra": "company networks",
    "intranet": "company networks (RFC 6762, appendix G)",
    "invalid": "names that must not resolve (RFC 6761)",
    "k8s": "Kubernetes clusters",
    "kube": "Kubernetes clusters",
    "lan": "local networks (RFC 6762, appendix G)",
    "local": "multicast DNS (RFC 6762) and Kubernetes' cluster.local",
    "localdomain": "this machine's own domain",
    "localdomain6": "this machine's own domain",
    "localhost": "this machine (RFC 6761)",
    "mail": "withheld by ICANN, since company networks use it",
    "nomad": "Nomad's services",
    "onion": "Tor's hidden services (RFC 7686)",
    "pod": "Kubernetes' pods",
    "private": "company networks (RFC 6762, appendix G)",
    "svc": "Kubernetes' services",
    "test": "tests (RFC 6761)",
}

# Metadata services whose names look public.
NAMES: Final = {
    "metadata.packet.net": "Equinix Metal's metadata",
    "metadata.platformequinix.com": "Equinix Metal's metadata",
    "metadata.tencentyun.com": "Tencent Cloud's metadata",
}


def reason_against_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Why an address is never public; "" for one that is in no network of the table."""
    return next((reason for network, reason in NETWORKS if address in network), "")


def reason_against_name(host: str) -> str:
    """Why a host name in lower case is never public; "" for one that may be."""
    if "." not in host:
        return "a name of the local network alone"
    return NAMES.get(host) or ENDINGS.get(host.rsplit(".", 1)[-1], "")
