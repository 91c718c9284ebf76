/** A small world: how many requests, and what may go wrong in it. */
export type Variant = {
  name: string;
  /** How many different requests the honest pages may send. */
  requests: number;
  /** `shared`: the tabs have one store for the pair they go on with; `apart`: each its own, and only the keys are shared. */
  tabs: 'shared' | 'apart';
  /** The honest client has no keys and names no pair: a plain client with a jar. */
  isKeyless?: boolean;
  /** Somebody takes a snapshot of the jar at any moment, once. */
  thief?: { presentations: number; isKeyless?: boolean; replays?: boolean };
  /** A tab may log out, at any moment. */
  logout?: boolean;
  /** The guard dies at any moment and starts again from what it committed. */
  restart?: boolean;
  /** The guard's storage is lost once; the KV record it goes on from is at most so many generations old. */
  storageLoss?: {
    lag: number;
    /** P2 even for a duplicate of a request whose generation the record had not seen. */
    lateDuplicates?: boolean;
    /** The record may also have missed that a session ended. */
    missesEnds?: boolean;
  };
  /** The browser crashes at any moment; the jar goes back to its last flush. `isPaced`: the client sends only what was flushed. */
  crash?: { isPaced: boolean };
  /** Another sign-in in the same jar: from the same origin, or from another that also tries to use the first one's cookies. */
  second?: 'sign-in' | 'origin';
  /** The second tab knows no pair: once, it asks without a key for the newest token in the jar. */
  forgetful?: boolean;
  /** A property that is known to fall in this world, and why; the search must show it. */
  limit?: { property: string; because: string };
};
