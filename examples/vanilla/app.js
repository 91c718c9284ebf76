import { createClient } from 'edgemint/client';

const issuer = 'http://localhost:8787';
const client = createClient({ issuer });
const find = (selector) => document.querySelector(selector);

/** Whatever changes it, here or in another tab, the page shows who is signed in, and why nobody is. */
function show({ session, reason = 'absent' }) {
  const reasons = {
    reuse: 'Somebody else used your session, so it was ended.',
    expired: 'It has been a while.',
  };
  find('form').hidden = session !== undefined;
  find('section').hidden = session === undefined;
  find('[role=status]').textContent = session ? `Signed in as ${session.username}` : (reasons[reason] ?? '');
}

client.onChange(show);
client.session().catch(({ message }) => show({ reason: message }));

find('form').onsubmit = (event) => {
  event.preventDefault();
  const { username, password } = Object.fromEntries(new FormData(event.target));
  client[event.submitter.value]({ username, password }).catch(({ message }) => {
    find('[role=status]').textContent = message;
  });
};
find('#ask').onclick = async () => {
  find('pre').textContent = await (await client.fetch(`${issuer}/auth/me`)).text();
};
find('#leave').onclick = () => client.logout();
