"""Strict, unattended runs of product notebooks."""
