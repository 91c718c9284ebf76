import { describe, expect, it } from 'vitest';
import { check } from '../crash/checker.ts';
import { History, type HistoryEvent } from '../crash/history.ts';

/** Writes a history in a few words; each operation is a process of its own unless it names one. */
class Story {
  readonly #history = new History();
  #processes = 0;

  begin(f: 'refresh' | 'logout', generation: number, attempt?: string) {
    this.#processes += 1;
    const value = { generation, ...(attempt !== undefined && { attempt }) };
    const complete = this.#history.invoke({ process: this.#processes, f, key: 's', value });
    return {
      ok: (successor = generation + 1) => complete('ok', { value: { ...value, successor } }),
      fail: (error: string) => complete('fail', { error }),
      lost: () => complete('info', { error: 'connection lost' }),
    };
  }

  refresh(generation: number, attempt: string) {
    return this.begin('refresh', generation, attempt);
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
      story.begin('logout', 2).lost();
      story.refresh(2, 'c').fail('invalid_grant');
      story.begin('logout', 2).ok();
      story.refresh(2, 'd').fail('invalid_grant');
    });
    expect(problems).toEqual([]);
  });

  it('is content with a refresh that was under way when the logout was answered', () => {
    const problems = problemsOf((story) => {
      const refresh = story.refresh(0, 'a');
      story.begin('logout', 0).ok();
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
        story.begin('logout', 0).ok();
      },
      /P2/,
    ],
    [
      'a refresh after an answered logout',
      (story) => {
        story.begin('logout', 0).ok();
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
  ])('finds %s', (_name, tell, problem) => {
    expect(problemsOf(tell).join('\n')).toMatch(problem);
  });
});
