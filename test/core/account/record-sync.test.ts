import { describe, expect, it } from 'vitest';
import {
  changed,
  deleting,
  failed,
  livenessChanged,
  missed,
  NEW_SYNC,
  nextStep,
  type RecordSync,
  resumed,
  type SyncStep,
  written,
} from '../../../src/core/account/record-sync.ts';
import { confirmed, DAY, NOW } from './confirmed.ts';

describe('nextStep', () => {
  const dirty = { dirty: true };
  const missing = { since: NOW - 100, lookAgainAt: NOW + 200 };

  it.each<[string, RecordSync, SyncStep]>([
    ['a new guard writes at once', NEW_SYNC, { do: 'write' }],
    ['what is confirmed rests', confirmed(0), { do: 'rest' }],
    ['what is confirmed rests, however long ago', confirmed(13 * DAY), { do: 'rest' }],
    ['a change waits for the second to pass', confirmed(0.25, dirty), { do: 'wait', until: NOW + 0.75 }],
    ['a change is written after a second', confirmed(1, dirty), { do: 'write' }],
    ['a change is written up to 5 minutes after a confirmation', confirmed(300, dirty), { do: 'write' }],
    ['a change looks first when the confirmation is older', confirmed(300.001, dirty), { do: 'read' }],
    [
      'nothing is expected where nothing was confirmed',
      { ...NEW_SYNC, lastCallAt: NOW - 1 },
      { do: 'write' },
    ],
    [
      'nothing is expected of a record that KV has forgotten',
      confirmed(900, { ...dirty, heldUntil: NOW }),
      { do: 'write' },
    ],
    ['it is expected until then', confirmed(900, { ...dirty, heldUntil: NOW + 0.001 }), { do: 'read' }],
    [
      'a restarted guard looks where a record is expected',
      { ...NEW_SYNC, heldUntil: NOW + DAY },
      { do: 'read' },
    ],
    [
      'a missing record holds all writes',
      confirmed(900, { ...dirty, missing }),
      { do: 'wait', until: NOW + 200 },
    ],
    [
      'a missing record is looked at again, with nothing to write',
      confirmed(900, { missing: { ...missing, lookAgainAt: NOW } }),
      { do: 'read' },
    ],
    [
      'a missing record is looked at again, though KV was to forget it meanwhile',
      confirmed(900, { heldUntil: NOW, missing: { ...missing, lookAgainAt: NOW } }),
      { do: 'read' },
    ],
    ['a rewrite waits its minute', confirmed(5, { rewriteAt: NOW + 55 }), { do: 'wait', until: NOW + 55 }],
    ['a rewrite is written when it is due', confirmed(60, { rewriteAt: NOW }), { do: 'write' }],
    [
      'a change does not wait for the rewrite',
      confirmed(5, { ...dirty, rewriteAt: NOW + 55 }),
      { do: 'write' },
    ],
  ])('%s', (_, sync, step) => {
    expect(nextStep(sync, NOW)).toEqual(step);
  });

  it('waits exactly as long as it says', () => {
    const sync = confirmed(0, dirty);
    expect(nextStep(sync, NOW + 0.999)).toEqual({ do: 'wait', until: NOW + 1 });
    expect(nextStep(sync, NOW + 1)).toEqual({ do: 'write' });
  });
});

describe('failures', () => {
  it('are tried again after 2 s, then twice as long each time, an hour at most', () => {
    const pauses: number[] = [];
    let sync = confirmed(10, { dirty: true });
    for (let turn = 0; turn < 40; turn += 1) {
      sync = failed(sync, NOW, 'write');
      const step = nextStep(sync, NOW);
      pauses.push(step.do === 'wait' ? step.until - NOW : 0);
    }
    expect(pauses.slice(0, 14)).toEqual([
      2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600, 3_600,
    ]);
    expect(new Set(pauses.slice(11))).toEqual(new Set([3_600]));
  });

  it('are forgotten after a success, and written once more a minute after the last of them, then never again', () => {
    const twice = failed(failed(confirmed(10), NOW, 'write'), NOW + 2, 'write');
    const after = written(twice, NOW + 6, NOW + DAY, false);
    expect(nextStep(after, NOW + 7)).toEqual({ do: 'wait', until: NOW + 62 });
    const mended = written(after, NOW + 62, NOW + DAY, false);
    expect(nextStep(mended, NOW + 62)).toEqual({ do: 'rest' });
    expect(mended.failures).toBe(0);
  });

  it('keep their rewrite when another change is written before it', () => {
    const after = written(failed(confirmed(10), NOW, 'write'), NOW + 2, NOW + DAY, false);
    const between = written({ ...after, dirty: true }, NOW + 30, NOW + DAY, false);
    expect(nextStep(between, NOW + 31)).toEqual({ do: 'wait', until: NOW + 60 });
  });

  it('of a read are tried again as a read, and nothing is held to be missing', () => {
    const sync = failed(confirmed(900, { dirty: true }), NOW, 'read');
    expect(sync.rewriteAt).toBeUndefined();
    expect(sync.missing).toBeUndefined();
    expect(nextStep(sync, NOW + 2)).toEqual({ do: 'read' });
  });

  it('of the second look leave the first miss standing', () => {
    const first = missed(confirmed(900, { dirty: true }), NOW).sync;
    const second = failed(first, NOW + 300, 'read');
    expect(second.missing).toEqual(first.missing);
    expect(nextStep(second, NOW + 302)).toEqual({ do: 'read' });
  });
});

describe('a delete of ours', () => {
  it('that may land late makes a miss say nothing, across a restart too, until a later write has taken its place', () => {
    const begun = deleting(confirmed(10, { dirty: true }), NOW);
    const lost = failed(begun, NOW + 10, 'write');
    const put = written(lost, NOW + 12, NOW + DAY, false);
    const later = { ...put, dirty: true, confirmedAt: 0 };
    expect(nextStep(later, NOW + 30)).toEqual({ do: 'write' });
    expect(nextStep(put, NOW + 30)).toEqual({ do: 'wait', until: NOW + 90 });
    const { heldUntil, missing, deletingSince } = put;
    const restarted = resumed({ heldUntil, missing, deletingSince, livenessChangedAt: undefined }, NOW + 20);
    expect(nextStep(restarted, NOW + 30)).toEqual({ do: 'write' });
    const early = written(restarted, NOW + 30, NOW + DAY, false);
    expect(nextStep(early, NOW + 31)).toEqual({ do: 'wait', until: NOW + 90 });
    const settled = written(early, NOW + 90, NOW + DAY, false);
    expect(settled.deletingSince).toBeUndefined();
    expect(nextStep({ ...settled, dirty: true, confirmedAt: 0 }, NOW + 120)).toEqual({ do: 'read' });
  });

  it('that was confirmed leaves no doubt', () => {
    const done = written(deleting(confirmed(10, { dirty: true }), NOW), NOW + 1, 0, false);
    expect(done.deletingSince).toBeUndefined();
    expect(nextStep(done, NOW + 2)).toEqual({ do: 'rest' });
  });

  it('that was confirmed says nothing of an earlier one', () => {
    const doubted = resumed(
      { heldUntil: 0, missing: undefined, deletingSince: NOW, livenessChangedAt: undefined },
      NOW,
    );
    const done = written(deleting(doubted, NOW + 2), NOW + 3, 0, false);
    expect(done.deletingSince).toBe(NOW);
    expect(nextStep(done, NOW + 4)).toEqual({ do: 'wait', until: NOW + 90 });
    const settled = written(deleting(done, NOW + 90), NOW + 91, 0, false);
    expect(settled.deletingSince).toBeUndefined();
    expect(nextStep(settled, NOW + 92)).toEqual({ do: 'rest' });
  });
});

describe('a put that an earlier life of the guard sent', () => {
  const restarted = resumed(
    { heldUntil: NOW + DAY, missing: undefined, deletingSince: undefined, livenessChangedAt: undefined },
    NOW,
  );

  it('may not bring back what was ended since: it is written once more when no such put can land any more', () => {
    const put = written(livenessChanged(restarted, NOW + 1), NOW + 2, NOW + DAY, false);
    expect(nextStep(put, NOW + 3)).toEqual({ do: 'wait', until: NOW + 90 });
    const again = written(put, NOW + 90, NOW + DAY, false);
    expect(nextStep(again, NOW + 91)).toEqual({ do: 'rest' });
  });

  it('may not bring back what was ended before a restart either', () => {
    const known = {
      heldUntil: NOW + DAY,
      missing: undefined,
      deletingSince: undefined,
      livenessChangedAt: NOW - 5,
    };
    const put = written(resumed(known, NOW), NOW + 2, NOW + DAY, false);
    expect(nextStep(put, NOW + 3)).toEqual({ do: 'wait', until: NOW + 85 });
    const late = written(resumed({ ...known, livenessChangedAt: NOW - 90 }, NOW), NOW + 2, NOW + DAY, false);
    expect(nextStep(late, NOW + 3)).toEqual({ do: 'rest' });
  });

  it('costs no second write where nothing was ended, or long after the restart', () => {
    const rotated = written(changed(restarted), NOW + 2, NOW + DAY, false);
    expect(nextStep(rotated, NOW + 3)).toEqual({ do: 'rest' });
    const later = written(livenessChanged(restarted, NOW + 90), NOW + 91, NOW + DAY, false);
    expect(nextStep(later, NOW + 92)).toEqual({ do: 'rest' });
  });

  it('is waited for though a put of this life failed before', () => {
    const retried = written(
      failed(livenessChanged(restarted, NOW + 1), NOW + 2, 'write'),
      NOW + 5,
      NOW + DAY,
      false,
    );
    expect(nextStep(retried, NOW + 6)).toEqual({ do: 'wait', until: NOW + 90 });
  });
});

describe('a change during a put', () => {
  it('is written a second later', () => {
    const sync = written(NEW_SYNC, NOW, NOW + DAY, true);
    expect(nextStep(sync, NOW)).toEqual({ do: 'wait', until: NOW + 1 });
    expect(nextStep(sync, NOW + 1)).toEqual({ do: 'write' });
  });
});
