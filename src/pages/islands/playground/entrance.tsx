/** @jsxImportSource hono/jsx/dom */
import type { Actions } from './actions.ts';
import type { State, Store } from './state.ts';
import type { PlaygroundTexts } from './texts.ts';

type Props = { store: Store; state: State; actions: Actions; texts: PlaygroundTexts };

/** One pair of fields, filled in already. */
export function Entrance({ store, state, actions, texts: { start } }: Props) {
  const { username, password, problem, busy } = state;
  const submit = (event: Event) => {
    event.preventDefault();
    const { submitter } = event as SubmitEvent;
    if (submitter?.getAttribute('value') === 'in') actions.signIn();
    else actions.signUp();
  };
  const textOf = (event: Event) => (event.target as HTMLInputElement).value;
  const described = problem ? 'entrance-problem' : undefined;
  return (
    <form class="card" onSubmit={submit} aria-labelledby="entrance">
      <h2 id="entrance">{start.title}</h2>
      <p class="lead">{start.lead}</p>
      <div class="pair">
        <div class="field">
          <label for="username">{start.username}</label>
          <input
            id="username"
            name="username"
            autocomplete="off"
            autocapitalize="none"
            required
            value={username}
            aria-describedby={described}
            onInput={(event: Event) => store.set({ username: textOf(event) })}
          />
        </div>
        <div class="field">
          <label for="password">{start.password}</label>
          <input
            id="password"
            name="password"
            autocomplete="off"
            required
            value={password}
            aria-describedby={described}
            onInput={(event: Event) => store.set({ password: textOf(event) })}
          />
        </div>
      </div>
      {problem && (
        <p class="error" id="entrance-problem" role="alert">
          {start.problem(problem.status, problem.description)}
        </p>
      )}
      <div class="buttons">
        <button type="submit" value="up" disabled={busy}>
          {start.signUp}
        </button>
        <button type="submit" class="plain" value="in" disabled={busy}>
          {start.signIn}
        </button>
      </div>
    </form>
  );
}
