import type { RefreshToken } from '../../src/core/tokens/refresh-token.ts';
import { HostileKv } from '../support/hostile-kv.ts';
import { createRandom, type Random } from '../support/random.ts';
import { Timeline } from '../support/timeline.ts';
import { Browser, Pages } from './browser.ts';
import { App, type Client } from './clients.ts';
import { Edge } from './edge.ts';
import type { CreateIssuer, Issuer } from './issuer.ts';
import { Ledger } from './ledger.ts';
import { Network } from './messages.ts';
import { CASTS, type Setting } from './steps.ts';
import { Users } from './users.ts';

const DAY = 86_400;
/** Far ahead of the machine's clock. */
const START = 4_000_000_000.25;
const FIXED = { retryWindowSeconds: 10, accessTokenTtlSeconds: 600 };
const LONG = { refreshIdleTtlSeconds: 14 * DAY, refreshAbsoluteTtlSeconds: 90 * DAY, ...FIXED };
const SHORT = { refreshIdleTtlSeconds: 7_200, refreshAbsoluteTtlSeconds: 5 * 3_600, ...FIXED };
const ORIGINS = { x: 'https://app.example.com', y: 'https://other.example.com' };

/** Everything there is in one history. */
export class World {
  readonly setting: Setting;
  readonly timeline = new Timeline(START);
  readonly random: Random;
  readonly kv: HostileKv;
  readonly users: Users;
  readonly ledger: Ledger;
  readonly issuer: Issuer;
  readonly edge: Edge;
  readonly network = new Network();
  readonly browser: Browser;
  readonly clients: Client[];
  readonly usernames: string[];
  /** Tokens in the hands of somebody who should not have them. */
  readonly loot: RefreshToken[] = [];

  constructor(setting: Setting, createIssuer: CreateIssuer) {
    this.setting = setting;
    const { timeline } = this;
    const clock = () => timeline.now;
    const policy = setting.isShort ? SHORT : LONG;
    const random = createRandom(setting.seed);
    this.random = random;
    this.kv = new HostileKv(timeline, random);
    this.users = new Users(timeline, random);
    const ledger = new Ledger(policy, timeline);
    this.ledger = ledger;
    const directory = this.users.asDirectory();
    this.issuer = createIssuer({ timeline, random, kv: this.kv, directory, ledger, policy });
    this.edge = new Edge(this.issuer.accounts, ledger, clock);
    this.browser = new Browser((text) => this.edge.open(text));
    this.clients = [...CASTS[setting.cast]].map((role, index) => this.#cast(role, index));
    this.usernames = this.clients.length > 2 ? ['ann', 'bob'] : ['ann'];
  }

  #cast(role: string, index: number): Client {
    if (role === 'x' || role === 'y') return new Pages(`pages-${role}`, ORIGINS[role], this.browser);
    return new App(`app-${index}`, role === 'a');
  }

  clientAt(number: number): Client {
    return this.clients[number % this.clients.length] as Client;
  }

  userAt(number: number): string {
    return this.usernames[number % this.usernames.length] as string;
  }

  /** The life that answers to a client must still find; an app's never ends. */
  lifeOf(client: Client): number {
    return client.origin === undefined ? 0 : this.browser.life;
  }
}
