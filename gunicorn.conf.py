"""How gunicorn serves the product: what is given on its command line wins over this."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

bind = "127.0.0.1:8000"
workers = 2
# The model and the index are read once, before the processes part.
preload_app = True

# The processes count together in a folder, of which each file is one process's; see marketplace/metrics.py.
_made = "PROMETHEUS_MULTIPROC_DIR" not in os.environ and tempfile.mkdtemp(prefix="metrics-")
if _made:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _made


def when_ready(server):
    """Look through what was read before the processes part no more: it stays, and each look stops a page for long."""
    gc.collect()
    gc.freeze()


def child_exit(server, worker):
    """Let what a process that ended was just doing count no more; what it counted stays."""
    if any(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).iterdir()):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server):
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
