"""Checks that several tests share: each takes files and returns its problems, one sentence each."""

from decentwork.repository import ROOT

__all__ = ["ROOT"]
