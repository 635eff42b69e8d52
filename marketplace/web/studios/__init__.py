"""The pages of studios: what everybody sees, and the records that offices and leaders keep."""

from __future__ import annotations

from flask import Flask

from marketplace.web.studios import conditions, names, photos, public, records

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    # The records first: their addresses begin like those of the public pages.
    app.register_blueprint(records.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(photos.blueprint)
    app.add_template_filter(names.short_place)
    app.jinja_env.globals.update(
        condition_names=names.CONDITIONS,
        condition_state_names=names.CONDITION_STATES,
        evidence_leads_to=conditions.leads_to,
        studio_state_names=names.STUDIO_STATES,
        studio_warning_names=names.WARNINGS,
        warning_text=names.warning_text,
    )
