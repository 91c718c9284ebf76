import { describe, expect, it } from 'vitest';
import { check } from '../crash/checker.ts';
import { History, type HistoryEvent } from '../crash/history.ts';
import { findUnlinearizable } from '../crash/linearizability.ts';

/** Writes a history in a few words. */
class Story {
  readonly #history = new History();

  begin(f: 'refresh' | 'logout', value: { generation: number; attempt?: string; jar?: number[] }) {
    const complete = this.#history.invoke({ f, key: 's', value });
    return {
      ok: (successor = value.generation + 1) => complete('ok', { value: { ...value, successor } }),
      fail: (error: string, named?: number) =>
        complete('fail', { error, value: { ...value, ...(named !== undefined && { named }) } }),
      lost: (error = 'connection lost') => complete('info', { error }),
    };
  }

  refresh(generation: number, attempt: string) {
    return this.begin('refresh', { generation, attempt });
  }

  /** With these cookies. */
  browse(generation: number, attempt: string, jar: number[]) {
    return this.begin('refresh', { generation, attempt, jar });
  }

  logout() {
    return this.begin('logout', { generation: 0 });
  }

  get events(): readonly HistoryEvent[] {
    return this.#history.events;
  }
}

type Tell = (story: Story) => void;

function eventsOf(tell: Tell): readonly HistoryEvent[] {
  const story = new Story();
  tell(story);
  return story.events;
}

const problemsOf = (tell: Tell) => check(eventsOf(tell));
const isLinearizable = (tell: Tell) => findUnlinearizable(eventsOf(tell)).length === 0;

describe('the checker of crash histories', () => {
  it('is content with rotations, repeats, losses, late duplicates and a logout', () => {
    const problems = problemsOf((story) => {
      story.refresh(0, 'a').lost();
      story.refresh(0, 'a').ok();
      story.refresh(0, 'a').ok();
      story.refresh(1, 'b').ok();
      story.refresh(0, 'a').fail('superseded');
      story.logout().lost();
      story.refresh(2, 'c').fail('invalid_grant');
      story.logout().ok();
      story.refresh(2, 'd').fail('invalid_grant');
      story.browse(2, 'd', []).fail('invalid_grant');
    });
    expect(problems).toEqual([]);
  });

  it('is content with tabs that are sent to the cookie they have, and with an issuer that is busy', () => {
    const problems = problemsOf((story) => {
      story.browse(0, 'a', [0]).ok();
      story.browse(0, 'a', [1]).fail('superseded', 1);
      story.browse(1, 'b', [0, 1]).lost('unavailable');
      story.browse(1, 'b', [0, 1]).ok();
      story.browse(0, 'a', [0, 2]).fail('superseded', 2);
    });
    expect(problems).toEqual([]);
  });

  it('is content with a refresh that was under way when the logout was answered', () => {
    const problems = problemsOf((story) => {
      const refresh = story.refresh(0, 'a');
      story.logout().ok();
      refresh.ok();
    });
    expect(problems).toEqual([]);
  });

  it.each<[string, (story: Story) => void, RegExp]>([
    [
      'a generation accepted for two attempts',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(0, 'b').ok();
      },
      /P1: generation 0 was accepted for 2 attempts/,
    ],
    [
      'a successor that is another one the second time',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(0, 'a').ok(2);
      },
      /P1: generation 0 was answered with 1, 2/,
    ],
    [
      'a refusal out of the blue',
      (story) => story.refresh(0, 'a').fail('invalid_grant'),
      /P2: generation 0 was refused/,
    ],
    [
      'a refusal before the logout began',
      (story) => {
        story.refresh(0, 'a').fail('invalid_grant');
        story.logout().ok();
      },
      /P2/,
    ],
    [
      'a refresh after an answered logout',
      (story) => {
        story.logout().ok();
        story.refresh(0, 'a').ok();
      },
      /P4: generation 0 was accepted after an answered logout/,
    ],
    [
      'a request called late while its token is the current one',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(0, 'a').fail('superseded');
      },
      /called late before its successor was presented/,
    ],
    [
      'a request that is accepted without its cookie',
      (story) => story.browse(0, 'a', [1]).ok(),
      /P1: generation 0 was accepted without its cookie/,
    ],
    [
      'a tab that is sent to a cookie which it does not have',
      (story) => story.browse(0, 'a', [1, 2]).fail('superseded', 1),
      /P2: a jar of 1, 2 was told superseded 1, not to go on with 2/,
    ],
    [
      'a jar that was emptied',
      (story) => story.browse(0, 'a', []).fail('invalid_grant'),
      /P2: generation 0 was refused/,
    ],
    ['a logout that was refused', (story) => story.logout().fail('invalid_request'), /a logout was refused/],
    ['a fault', (story) => story.refresh(0, 'a').lost('http 500'), /a refresh was answered with http 500/],
  ])('finds %s', (_name, tell, problem) => {
    expect(problemsOf(tell).join('\n')).toMatch(problem);
  });
});

describe('the search for an order of single steps', () => {
  it.each<[string, Tell]>([
    [
      'a rotation that was lost, and shows only by a later logout and a duplicate',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(1, 'b').lost();
        story.refresh(0, 'a').fail('superseded');
        story.logout().ok();
        story.refresh(1, 'b').fail('invalid_grant');
      },
    ],
    [
      'a lost request that arrives after its repeat',
      (story) => {
        story.refresh(0, 'a').lost();
        story.refresh(0, 'a').ok();
        story.refresh(1, 'b').ok();
        story.refresh(2, 'c').ok();
      },
    ],
    [
      'answers that overtake each other',
      (story) => {
        const first = story.refresh(0, 'a');
        const twin = story.refresh(0, 'a');
        const next = story.refresh(1, 'b');
        next.ok();
        twin.ok();
        first.fail('superseded');
      },
    ],
    [
      'theft: two attempts, and the session is over',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(0, 'thief').fail('invalid_grant');
        story.refresh(1, 'b').fail('invalid_grant');
      },
    ],
  ])('finds one for %s', (_name, tell) => {
    expect(isLinearizable(tell)).toBe(true);
  });

  it.each<[string, Tell]>([
    [
      'a rotation that was answered and forgotten',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(0, 'b').ok();
      },
    ],
    [
      'theft that was found and forgotten',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(0, 'thief').fail('invalid_grant');
        story.refresh(1, 'b').ok();
      },
    ],
    [
      'a repeat that is answered after its successor was in use',
      (story) => {
        story.refresh(0, 'a').ok();
        story.refresh(1, 'b').ok();
        story.refresh(0, 'a').ok();
      },
    ],
    [
      'a logout that was answered and forgotten',
      (story) => {
        story.logout().ok();
        story.refresh(0, 'a').ok();
      },
    ],
    ['a generation that nobody made', (story) => story.refresh(1, 'a').ok()],
    ['a refusal out of the blue', (story) => story.refresh(0, 'a').fail('invalid_grant')],
  ])('finds none for %s', (_name, tell) => {
    expect(isLinearizable(tell)).toBe(false);
  });
});
