/** @jsxImportSource react */
import { createClient } from 'edgemint/client';
import { useSession } from 'edgemint/react';
import { useActionState } from 'react';
import { createRoot } from 'react-dom/client';

const client = createClient({ issuer: 'http://localhost:8787' });

function App() {
  const state = useSession(client);
  switch (state.status) {
    case 'unknown':
      return <p>One moment …</p>;
    case 'signed-out':
      return <SignIn problem={state.reason === 'reuse' ? 'Somebody else used your session.' : ''} />;
    case 'signed-in':
      return (
        <p>
          Hello {state.session.username}!{' '}
          <button type="button" onClick={client.logout}>
            Sign out
          </button>
        </p>
      );
  }
}

function SignIn({ problem }: { problem: string }) {
  const [refusal, submit] = useActionState(async (_: string, form: FormData) => {
    const credentials = { username: String(form.get('username')), password: String(form.get('password')) };
    const enter = form.get('way') === 'register' ? client.register : client.login;
    // What an action throws would take the whole page down.
    return enter(credentials).then(
      () => '',
      ({ message }: Error) => message,
    );
  }, problem);
  return (
    <form action={submit}>
      <p role="status">{refusal}</p>
      <input name="username" aria-label="Username" autoComplete="username" required />
      <input name="password" aria-label="Password" type="password" autoComplete="current-password" required />
      <button type="submit">Sign in</button>
      <button type="submit" name="way" value="register">
        Sign up
      </button>
    </form>
  );
}

const root = document.querySelector('#root');
if (root) createRoot(root).render(<App />);
