/** @jsxImportSource react */
import { createClient } from 'edgemint/client';
import { useSession } from 'edgemint/react';
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
  const signIn = async (form: FormData) => {
    await client.login({ username: String(form.get('username')), password: String(form.get('password')) });
  };
  return (
    <form action={signIn}>
      <p role="status">{problem}</p>
      <input name="username" aria-label="Username" autoComplete="username" required />
      <input name="password" aria-label="Password" type="password" autoComplete="current-password" required />
      <button type="submit">Sign in</button>
    </form>
  );
}

const root = document.querySelector('#root');
if (root) createRoot(root).render(<App />);
