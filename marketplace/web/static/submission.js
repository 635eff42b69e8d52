// Saves a draft while it is written, field by field, and shows beside it what is near. Without this the buttons do both.
(() => {
  const form = document.getElementById("submission");
  const told = document.getElementById("saving");
  const panel = document.getElementById("near");
  const texts = ["title", "summary", "problem", "principle", "difference"];
  const all = form.elements.fields.value;
  const changed = new Set();
  let timer, saving = null;

  const say = (sentence, isWrong = false) => {
    told.textContent = sentence;
    told.classList.toggle("wrong", isWrong);
  };

  // What is refused is said at its field, and goes once the field is well written.
  const point = (names, errors) => {
    for (const name of names) {
      const field = form.querySelector(`[data-field="${name}"]`);
      field.querySelectorAll(".invalid-feedback").forEach((old) => old.remove());
      for (const sentence of errors[name] || []) {
        const line = document.createElement("p");
        line.className = "invalid-feedback d-block";
        line.textContent = sentence;
        field.append(line);
      }
    }
  };

  const body = (names) => {
    const sent = new FormData();
    for (const name of ["csrf_token", "revision"]) sent.set(name, form.elements[name].value);
    sent.set("fields", names.join(","));
    for (const name of names) {
      const field = form.querySelector(`[data-field="${name}"]`);
      for (const input of field.querySelectorAll("input, select, textarea")) {
        if (input.type !== "checkbox" || input.checked) sent.append(input.name, input.value);
      }
    }
    return sent;
  };

  const save = async () => {
    if (saving || !changed.size) return saving;
    const names = [...changed];
    changed.clear();
    say(form.dataset.saving);
    saving = fetch(form.dataset.autosave, { method: "POST", body: body(names) })
      .then(async (answer) => {
        if (answer.status === 409) return say(form.dataset.stale, true);
        if (!answer.ok || answer.redirected) throw new Error(answer.status);
        const kept = await answer.json();
        form.elements.revision.value = kept.revision;
        point(names, kept.errors);
        say(Object.keys(kept.errors).length ? form.dataset.unsaved : form.dataset.saved, Object.keys(kept.errors).length > 0);
        if (names.some((name) => texts.includes(name))) look();
      })
      .catch(() => say(form.dataset.unsaved, true))
      .finally(() => {
        saving = null;
        if (changed.size) timer = setTimeout(save, 1500);
      });
    return saving;
  };

  const look = async () => {
    const answer = await fetch(form.dataset.near).catch(() => null);
    if (answer && answer.ok && !answer.redirected) panel.innerHTML = await answer.text();
  };

  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    if (!field) return;
    changed.add(field.dataset.field);
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });

  // A button sends the whole page; what is being saved is waited for, so that nobody collides with himself.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed.clear();
    form.elements.fields.value = all;
    if (!saving) return;
    event.preventDefault();
    saving.finally(() => form.requestSubmit(event.submitter));
  });

  if (panel) look();
})();
