"""``flask ingest``, the group alone: every ``flask`` command imports this file, and only an import needs the others."""

from __future__ import annotations

from marketplace.cli.group import CommandGroup

ingest = CommandGroup("ingest.commands", "ingest", help="导入成果、需求、荣誉、单位、建议和工作室 / bring records in")
