/** Copies what is shown once, and makes a key pair whose private half only its user gets. */

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const { copy = '', done = '' } = button.dataset;
  button.hidden = !('clipboard' in navigator);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(copy);
    button.textContent = done;
  });
}

const maker = document.querySelector<HTMLElement>('[data-make]');
const input = document.querySelector<HTMLTextAreaElement>('textarea[name=public_key]');
const save = maker?.querySelector<HTMLButtonElement>('[data-save]');
// WebCrypto is there on https and on one's own machine only.
if (maker && input && save && 'subtle' in crypto) {
  let privateKey = '';
  maker.hidden = false;
  maker.querySelector('button')?.addEventListener('click', async () => {
    // The algorithm that RFC 7486 registers, so that any client can use it.
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2_048 };
    const publicExponent = Uint8Array.of(1, 0, 1);
    const pair = await crypto.subtle.generateKey({ ...algorithm, publicExponent }, true, ['sign', 'verify']);
    input.value = toPem('PUBLIC KEY', await crypto.subtle.exportKey('spki', pair.publicKey));
    // What was wrong before is gone.
    input.removeAttribute('aria-invalid');
    document.querySelector('#public_key-error')?.remove();
    privateKey = toPem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', pair.privateKey));
    save.hidden = false;
    const status = maker.querySelector('p');
    if (status) status.textContent = maker.dataset.unsaved ?? '';
  });
  save.addEventListener('click', () => {
    const href = URL.createObjectURL(new Blob([privateKey], { type: 'application/x-pem-file' }));
    Object.assign(document.createElement('a'), { href, download: save.dataset.save }).click();
    URL.revokeObjectURL(href);
  });
}

/** RFC 7468. */
function toPem(label: string, der: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(der)));
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
}
