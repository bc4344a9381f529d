"""How `make lab` starts JupyterLab: on this machine only, and nothing is asked of the network.

Next to it, ``overrides.json`` lets JupyterLab not ask each reader at the first start whether it may
fetch news. In a container the address is the container's own (BOOK_ADDRESS=0.0.0.0).
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
c.ServerApp.ip = os.environ.get("BOOK_ADDRESS", "127.0.0.1")
c.ServerApp.log_level = "WARN"
c.LabApp.app_settings_dir = str(Path(__file__).parent)
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.default_url = "/lab/tree/notebooks"
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None
