import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type Account, GuardStorage } from '../../src/adapters/account-guard/guard-storage.ts';
import type { Session } from '../../src/core/account/session.ts';

const ACCOUNT: Account = {
  username: 'ada',
  highest: 1,
  gap: undefined,
  credentialsVersion: 1,
  recorded: { highest: 0, heldUntil: 0 },
  missing: undefined,
  deletingSince: undefined,
  livenessChangedAt: undefined,
  intent: undefined,
};

const SESSION: Session = {
  sid: '1_0123456789abcdef',
  ...{
    clientId: 'edgemint',
    scope: 'account',
    amr: ['pwd'],
    authTime: 1,
    generation: 0,
    jti: 'a',
    spent: [],
  },
  ...{ openedAt: 1, lastUsedAt: 1, expiresAt: 9, idleExpiresAt: 5, restored: false },
  place: { device: 'curl', country: 'KR' },
};
const OTHER: Session = { ...SESSION, sid: '2_0123456789abcdef' };

/** @param use gets a storage, and one that knows nothing yet of what the same object stores */
function inObject(
  name: string,
  use: (storage: GuardStorage, reopen: () => GuardStorage) => void,
): Promise<void> {
  return runInDurableObject(env.ACCOUNT_GUARD.getByName(name), (_instance, { storage }) =>
    use(new GuardStorage(storage), () => new GuardStorage(storage)),
  );
}

describe('what the storage remembers is what is stored', () => {
  it('after a change, and after a row is gone', () =>
    inObject('remembers', (storage, reopen) => {
      storage.putAccount(ACCOUNT);
      storage.putSession(SESSION);
      storage.putSession({ ...SESSION, generation: 1 });
      storage.putSession(OTHER);
      for (const each of [storage, reopen()]) {
        expect(each.account()).toEqual(ACCOUNT);
        expect(each.session(SESSION.sid)).toEqual({ ...SESSION, generation: 1 });
        expect(each.session(OTHER.sid)).toEqual(OTHER);
      }
      storage.removeSession(OTHER.sid);
      for (const each of [storage, reopen()]) expect(each.session(OTHER.sid)).toBeUndefined();
    }));

  it('after a transaction that threw: nothing of it', () =>
    inObject('rolls-back', (storage, reopen) => {
      storage.putAccount(ACCOUNT);
      storage.putSession(SESSION);
      const fault = new Error('The disk is full');
      const work = () => {
        storage.putAccount({ ...ACCOUNT, highest: 2 });
        storage.putSession({ ...SESSION, generation: 1 });
        throw fault;
      };
      expect(() => storage.transaction(work)).toThrow(fault);
      for (const each of [storage, reopen()]) {
        expect(each.account()).toEqual(ACCOUNT);
        expect(each.session(SESSION.sid)).toEqual(SESSION);
      }
    }));
});
