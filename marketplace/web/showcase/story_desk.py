"""The desk of stories: written, given a picture, published for a time, withdrawn, brought back."""

from __future__ import annotations

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import now, unit_of_work
from marketplace.errors import Invalid
from marketplace.runtime import runtime
from marketplace.schemas.fields import Line
from marketplace.schemas.showcase import ShownSchema, StorySchema
from marketplace.services.showcase import stories
from marketplace.services.showcase.items import has_picture
from marketplace.web import files
from marketplace.web.actor import actor
from marketplace.web.demands.forms import sentences
from marketplace.web.doing import done
from marketplace.web.showcase.desk import blueprint, past
from marketplace.web.showcase.forms import StoryForm, TimeForm

_PAGE = 50


@blueprint.get("/stories")
def story_list() -> str:
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = stories.at_desk(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        next_after = found[_PAGE - 1].id if len(found) > _PAGE else None
        return render_template("showcase/desk_stories.html", stories=found[:_PAGE], next_after=next_after, moment=now())


@blueprint.route("/stories/new", methods=["GET", "POST"])
def new_story() -> ResponseReturnValue:
    form = StoryForm()
    if request.method == "GET":
        return _form_page(form)
    if (data := form.load(_writing())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                story_id = stories.add(session, actor(), {**data, "picture_text": ""}).id
            flash(_("草稿已保存，公众还看不到。"))
            return redirect(url_for(".story", story_id=story_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form), 422


@blueprint.get("/stories/<int:story_id>")
def story(story_id: int) -> str:
    return _page(story_id)


@blueprint.route("/stories/<int:story_id>/edit", methods=["GET", "POST"])
def edit_story(story_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            return _form_page(StoryForm.showing(stories.get(session, actor(), story_id)), story_id)
    form = StoryForm()
    if (data := form.load(_writing())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                stories.revise(session, actor(), story_id, form.revision_read(), data)
            flash(_("已保存。"))
            return redirect(url_for(".story", story_id=story_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form, story_id), 422


@blueprint.post("/stories/<int:story_id>/picture")
def give_picture(story_id: int) -> ResponseReturnValue:
    address = url_for(".story", story_id=story_id)
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        flash(_("请先选择图片。"))
        return redirect(address, 303)
    try:
        text = Line(200).deserialize(request.form.get("picture_text", ""))
    except ma.ValidationError as error:
        flash(" ".join(sentences(error.messages)))
        return redirect(address, 303)
    name, content, kept = sent.filename, sent.read(), runtime().files
    return done(
        lambda it: stories.give_picture(it, actor(), kept, story_id, name, content, text), _("图片已放上。"), address
    )


@blueprint.post("/stories/<int:story_id>/picture/remove")
def take_picture_away(story_id: int) -> ResponseReturnValue:
    address = url_for(".story", story_id=story_id)
    return done(lambda it: stories.take_picture_away(it, actor(), story_id), _("图片已撤下。"), address)


@blueprint.post("/stories/<int:story_id>/publish")
def publish_story(story_id: int) -> ResponseReturnValue:
    form = TimeForm()
    if (data := form.load(ShownSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                state = stories.publish(session, actor(), story_id, data).state_at(now())
            flash(_("已公布。") if state == "published" else _("已定时，到时自动公布。"))
            return redirect(url_for(".story", story_id=story_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _page(story_id, form), 422


@blueprint.post("/stories/<int:story_id>/withdraw")
def withdraw_story(story_id: int) -> ResponseReturnValue:
    address = url_for(".story", story_id=story_id)
    return done(lambda it: stories.withdraw(it, actor(), story_id), _("已撤下，公众看不到了。"), address)


@blueprint.post("/stories/<int:story_id>/versions/<int:version_id>")
def bring_story_back(story_id: int, version_id: int) -> ResponseReturnValue:
    address = url_for(".story", story_id=story_id)
    return done(lambda it: stories.bring_back(it, actor(), story_id, version_id), _("已恢复成那时的内容。"), address)


def _writing() -> StorySchema:
    # What the picture shows is said with the picture.
    return StorySchema(exclude=("picture_text",))


def _form_page(form: StoryForm, story_id: int | None = None) -> str:
    return render_template("showcase/story_form.html", form=form, story_id=story_id)


def _page(story_id: int, form: TimeForm | None = None) -> str:
    with runtime().sessions() as session:
        found = stories.get(session, actor(), story_id)
        return render_template(
            "showcase/desk_story.html",
            story=found,
            state=found.state_at(now()),
            has_picture=has_picture(found),
            form=form or TimeForm.showing(found),
            **files.of(session, actor(), "story", story_id),
            **past(session, stories.history(session, actor(), story_id)),
        )
