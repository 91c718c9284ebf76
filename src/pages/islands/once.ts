/** Sends each form once: a double click is one answer. Without a script the server answers the second by itself. */

/** A form that led nowhere, as when its user stopped it, can be sent again after this long. */
const LOCKED_MILLISECONDS = 10_000;

addEventListener('submit', (event) => {
  const { target: form } = event;
  // A form that a script of the page sends by itself is that script's.
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  if (form.ariaBusy === 'true') {
    event.preventDefault();
    return;
  }
  // Not disabled: a disabled button isn't sent along, and loses the focus.
  form.ariaBusy = 'true';
  setTimeout(() => release(form), LOCKED_MILLISECONDS);
});

// "Back" shows the page as it was left.
addEventListener('pageshow', () => {
  for (const form of document.forms) release(form);
});

function release(form: HTMLFormElement): void {
  form.ariaBusy = null;
}
