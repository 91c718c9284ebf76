import { describe, expect, it } from 'vitest';
import { check } from '../crash/checker.ts';
import { History, type HistoryEvent } from '../crash/history.ts';

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

function problemsOf(tell: (story: Story) => void): string[] {
  const story = new Story();
  tell(story);
  return check(story.events);
}

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
