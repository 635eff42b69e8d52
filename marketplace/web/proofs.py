"""The proof of a submission as it is downloaded, from the pages and by programs alike."""

from __future__ import annotations

from flask import Response

from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.services import submission


def proof_of(reader: Actor, noun: str, object_id: int) -> Response:
    """Give out the proof that an achievement or a proposal was submitted; raises what ``submission.proof`` does."""
    with runtime().sessions() as session:
        packed = submission.proof(session, reader, noun, object_id, runtime().settings.tsa_ca_file)
    answer = Response(packed, content_type="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename=proof-{noun}-{object_id}.zip"
    answer.cache_control.no_store = True
    return answer
