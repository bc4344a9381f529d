"""Checks that several tests share: each takes files and returns its problems, one sentence each."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
