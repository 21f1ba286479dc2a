"""Deliveries: pulled, kept as they came, read as text, checked against their contracts, each beside its receipt."""
