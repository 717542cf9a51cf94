"""Thin commands: read arguments, call, print."""
