"""Connectors to registries, one a protocol. A registry is a stranger: check before you believe."""
