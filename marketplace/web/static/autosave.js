// Keeps what is being written: a form with data-autosave is sent there two seconds after the last change, and the answer
// says where it is kept from then on. Without this script the form is saved by its buttons.
"use strict";

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let waiting = null;
  let sending = Promise.resolve();
  let saving = 0;
  let left = false;

  async function save() {
    if (left) return;
    saving += 1;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      if (told.saved) {
        form.elements.revision.value = told.revision;
        form.dataset.autosave = told.autosave;
        form.action = told.action;
      }
      status.textContent = told.message;
    } catch {
      status.textContent = status.dataset.offline;
    }
    saving -= 1;
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    // One after another: each answer brings the revision the next one is based on.
    waiting = setTimeout(() => { sending = sending.then(save); }, 2000);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (left || !saving) {
      left = true;
      return;
    }
    // What is on its way brings the revision that this is based on.
    event.preventDefault();
    const button = event.submitter;
    sending.then(() => setTimeout(() => {
      left = true;
      form.requestSubmit(button);
    }));
  });
}
