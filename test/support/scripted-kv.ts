/** A KV namespace that does what a test tells it: it fails, it holds calls up, it forgets. It counts what it is asked. */
export class ScriptedKv {
  readonly values = new Map<string, string>();
  readonly calls: { kind: 'get' | 'put' | 'delete'; at: number; ttl?: number | undefined }[] = [];
  /** Thrown by each call while set. */
  outage: Error | undefined;
  /** Each call waits for it while set. */
  jam: Promise<void> | undefined;
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  async get(key: string): Promise<string | null> {
    this.#count('get');
    await this.jam;
    return this.values.get(key) ?? null;
  }

  async put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void> {
    this.#count('put', options?.expirationTtl);
    await this.jam;
    this.values.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#count('delete');
    await this.jam;
    this.values.delete(key);
  }

  count(kind: 'get' | 'put' | 'delete'): number {
    return this.calls.filter((call) => call.kind === kind).length;
  }

  asNamespace(): KVNamespace {
    return this as unknown as KVNamespace;
  }

  #count(kind: 'get' | 'put' | 'delete', ttl?: number): void {
    this.calls.push({ kind, at: this.#clock(), ttl });
    if (this.outage) throw this.outage;
  }
}
