import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { AccountGuard } from '../../src/adapters/account-guard/account-guard.ts';
import type { Grant, RefreshRequest, SignIn, SignInOutcome } from '../../src/core/account/accounts.ts';
import type { CredentialsChange, Directory } from '../../src/core/account/directory.ts';
import { parseSessionRecord } from '../../src/core/account/session-record.ts';
import type { LogoutNotification } from '../../src/core/oauth/logout-notifier.ts';
import { ScriptedKv } from './scripted-kv.ts';
import { ScriptedStatusList } from './scripted-status-list.ts';

export const POLICY = {
  refreshIdleTtlSeconds: 14 * 86_400,
  refreshAbsoluteTtlSeconds: 90 * 86_400,
  retryWindowSeconds: 10,
  accessTokenTtlSeconds: 600,
};

const PLACE = { device: 'curl', country: 'KR' };

/** What a guard does with its storage, a KV and a directory that a test holds in its hands, and a clock of its own. */
export class GuardWorld {
  /** Far ahead, so that no alarm set here goes off by the machine's clock. */
  now = 4_000_000_000;
  readonly username: string;
  readonly kv = new ScriptedKv(() => this.now);
  readonly passwords = new Map<string, { hash: string; version: number }>();
  readonly credentialChanges: CredentialsChange[] = [];
  readonly status = new ScriptedStatusList();
  directoryFault: Error | undefined;
  /** The real one, where a test needs it. */
  realDirectory: Directory | undefined;
  /** Another one is in force from the next eviction on. */
  policy = POLICY;
  #waiting: Promise<unknown>[] = [];
  #guard: AccountGuard<unknown> | undefined;
  #state: DurableObjectState;

  /** Runs a test inside the Durable Object of its own that carries this name. */
  static run<T>(username: string, use: (world: GuardWorld) => Promise<T>): Promise<T> {
    return runInDurableObject(env.ACCOUNT_GUARD.getByName(username), (_instance, state) =>
      use(new GuardWorld(username, state)),
    );
  }

  /** What clients were told by their back channel, and whether they take it. */
  readonly notified: LogoutNotification[] = [];
  takesNotices = true;
  /** While it is there, no client answers. */
  silence: Promise<void> | undefined;

  private constructor(username: string, state: DurableObjectState) {
    this.username = username;
    this.#state = state;
    state.waitUntil = (work) => void this.#waiting.push(work);
  }

  get storage(): DurableObjectStorage {
    return this.#state.storage;
  }

  get guard(): AccountGuard<unknown> {
    this.#guard ??= new AccountGuard<unknown>(
      this.#state,
      {},
      {
        store: this.kv.asNamespace(),
        directory: this.#directory(),
        status: this.status,
        clock: () => this.now,
        policy: this.policy,
        notifyLogout: async (notification) => {
          this.notified.push(notification);
          await this.silence;
          return this.takesNotices;
        },
      },
    );
    return this.#guard;
  }

  /** The object is evicted: its memory is gone, its storage stays. */
  evict(): void {
    this.#guard = undefined;
  }

  /** The object's storage is gone, as after a disaster. */
  async loseStorage(): Promise<void> {
    await this.settle();
    await this.#state.storage.deleteAll();
    await this.#state.storage.deleteAlarm();
    this.evict();
  }

  /** Waits for what the guard does in the background. */
  async settle(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    await Promise.all(waiting);
  }

  /** Lets time pass; alarms go off when they are due. */
  async pass(seconds: number): Promise<void> {
    await this.settle();
    const until = this.now + seconds;
    for (;;) {
      const alarm = await this.#state.storage.getAlarm();
      if (alarm === null || alarm / 1_000 > until) break;
      await this.#state.storage.deleteAlarm();
      this.now = Math.max(this.now, alarm / 1_000);
      await this.guard.alarm();
      await this.settle();
    }
    this.now = until;
  }

  trySignIn(options: Partial<SignIn> = {}): Promise<SignInOutcome> {
    return this.guard.signIn(this.username, {
      credentialsVersion: 1,
      clientId: 'edgemint',
      scope: 'account',
      amr: ['pwd'],
      place: PLACE,
      registeredAt: 1,
      isNewUser: false,
      ...options,
    });
  }

  async signIn(options: Partial<SignIn> = {}): Promise<Grant> {
    const outcome = await this.trySignIn(options);
    if (outcome.kind !== 'opened') throw new Error(outcome.kind);
    return outcome.grant;
  }

  refresh(grant: Grant, keyHash?: string) {
    const { generation, jti: _jti, validUntil, ...facts } = grant;
    const request: RefreshRequest = {
      facts,
      generation,
      validUntil,
      place: PLACE,
      ...(keyHash && { keyHash }),
    };
    return this.guard.refresh(this.username, request);
  }

  async rotate(grant: Grant, keyHash?: string): Promise<Grant> {
    const outcome = await this.refresh(grant, keyHash);
    if (!('grant' in outcome)) throw new Error(outcome.kind);
    return outcome.grant;
  }

  record() {
    const text = this.kv.values.get(this.username);
    return text === undefined ? undefined : parseSessionRecord(text);
  }

  #directory(): Directory {
    const world = this;
    return {
      async changeCredentials(username: string, change: CredentialsChange) {
        if (world.directoryFault) throw world.directoryFault;
        await world.realDirectory?.changeCredentials(username, change);
        world.credentialChanges.push(change);
        const { passwordHash: hash, credentialsVersion: version } = change;
        if (hash !== undefined) world.passwords.set(username, { hash, version });
      },
    } as Partial<Directory> as Directory;
  }
}
