/** How the Worker's parts behave beside what they are built to do. */
export type Slowness = {
  /** Before a bit is set: each time anew at most this long, and at least half of it. */
  revokingMilliseconds: number;
  /** A guard that answers a sign-out when the session has ended, and not only when its bit is set. */
  isHasty?: boolean;
};

/** Longer than any run: no bit is set, whoever asks for it. */
export const HELD_MILLISECONDS = 3_600_000;

/** A module around the built Worker, `./index.js`: what it decides and keeps is the Worker's own. */
export function slowWorker({ revokingMilliseconds, isHasty = false }: Slowness): string {
  return `
    import { AccountGuard as Guard, StatusShard as Shard } from './index.js';
    export * from './index.js';
    export { default } from './index.js';

    export class StatusShard extends Shard {
      async revoke(bits) {
        await scheduler.wait(${revokingMilliseconds} * (1 + Math.random()) / 2);
        return super.revoke(bits);
      }
    }

    export class AccountGuard extends Guard {
      async end(...session) {
        const ending = super.end(...session);
        if (!${isHasty}) return ending;
        this.ctx.waitUntil(ending);
        await scheduler.wait(50);
        return { ended: true };
      }
    }`;
}
