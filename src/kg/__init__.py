"""Samenspel: where interests conflict and where coordination is missing, with proof."""
