"""Run a node in the foreground: ``python -m tests.elasticsearch_node [PORT] [FOLDER]`` (``make elasticsearch``)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.elasticsearch_node.home import NodeUnavailable
from tests.elasticsearch_node.node import command

parser = argparse.ArgumentParser(prog="python -m tests.elasticsearch_node", description=__doc__)
parser.add_argument("port", nargs="?", type=int, default=9200)
parser.add_argument("folder", nargs="?", type=Path, default=Path("instance/elasticsearch"), help="where its data lies")
given = parser.parse_args()
folder = given.folder.absolute()
folder.mkdir(parents=True, exist_ok=True)
try:
    # What is watched is the process itself, so it ends when it is told to.
    arguments = command(folder, {"discovery.type": "single-node", "http.port": given.port}, watched=os.getpid())
except NodeUnavailable as error:
    sys.exit(f"无法启动 Elasticsearch / cannot start Elasticsearch: {error}")
sys.stdout.write(f"Elasticsearch: http://127.0.0.1:{given.port}，数据在 {folder}，Ctrl-C 结束 / ends it\n")
sys.stdout.flush()
os.execv(arguments[0], arguments)
