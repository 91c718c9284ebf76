import type { Client } from './clients.ts';
import type { Answer } from './edge.ts';
import type { Presenter } from './ledger.ts';

/** A request under way from a client to the issuer. It may arrive once, twice, late or never. */
export type Message = {
  client: Client;
  kind: 'sign in' | 'refresh' | 'log out' | 'end all' | 'change password';
  /** The browser's life in which it was sent; 0 for an app. */
  life: number;
  /** It reaches the issuer. Never settles if the guard dies before it answers. */
  send(by: Presenter): Promise<Answer>;
};

/** What is under way, in no order. */
export class Network {
  requests: Message[] = [];
  answers: { message: Message; answer: Answer }[] = [];

  post(message: Message | undefined): void {
    if (message) this.requests.push(message);
  }

  /** The one that a number counts to, taken out unless it `stays`. */
  pick<T>(list: T[], number: number, stays = false): T | undefined {
    if (list.length === 0) return undefined;
    const at = number % list.length;
    return stays ? list[at] : list.splice(at, 1)[0];
  }

  clear(): void {
    this.requests = [];
    this.answers = [];
  }
}
