"""The documentation page: the OpenAPI document rendered on the server, with nothing loaded from elsewhere.

The usual pages for OpenAPI fetch a script from another host and need a loose content policy; this one is a template.
"""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from marketplace.web.api import outline
from marketplace.web.api.catalogue.vocabularies import LISTS
from marketplace.web.api.specification import PREFIX

blueprint = Blueprint("api_docs", __name__, url_prefix=PREFIX, template_folder="templates")


@blueprint.route("/docs")
def page() -> str:
    document = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return render_template(
        "api/docs.html",
        document=document,
        operations=list(outline.operations(document)),
        schemas=dict(outline.schemas(document)),
        vocabularies=LISTS,
    )
