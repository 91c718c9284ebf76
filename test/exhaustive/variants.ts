import type { Variant } from './variant.ts';

const KEYED_THIEF = { presentations: 2 };
const BARE_THIEF = { presentations: 1, isKeyless: true };
const ECHO = { presentations: 0, replays: true };

/** The worlds that are searched, with four requests of the honest pages where nothing else is said. */
export const VARIANTS: readonly Variant[] = [
  {
    name: 'two tabs with one store, the guard dies',
    requests: 5,
    tabs: 'shared',
    restart: true,
  },
  { name: 'two tabs that share keys only, the guard dies', requests: 4, tabs: 'apart', restart: true },
  { name: 'a client without keys', requests: 5, tabs: 'shared', isKeyless: true, restart: true },
  { name: 'a thief with the jar and keys of his own', requests: 4, tabs: 'shared', thief: KEYED_THIEF },
  { name: 'a thief with the jar and no key', requests: 4, tabs: 'shared', thief: BARE_THIEF },
  { name: 'a thief who replays to the letter', requests: 4, tabs: 'shared', thief: ECHO },
  {
    name: 'a thief with all of these',
    ...{ requests: 3, tabs: 'shared', thief: { presentations: 2, isKeyless: true, replays: true } },
  },
  {
    name: 'a thief and a client, both without keys',
    ...{ requests: 3, tabs: 'shared', isKeyless: true, thief: { presentations: 2, isKeyless: true } },
  },
  {
    name: 'sign-out from either tab, the guard dies',
    requests: 4,
    tabs: 'apart',
    logout: true,
    restart: true,
  },
  {
    name: 'sign-out under a thief',
    ...{
      requests: 3,
      tabs: 'shared',
      logout: true,
      thief: { presentations: 2, isKeyless: true, replays: true },
    },
  },
  {
    name: 'lost storage, the record up to date',
    ...{ requests: 4, tabs: 'shared', storageLoss: { lag: 0, lateDuplicates: true } },
  },
  {
    name: 'lost storage, the record up to three behind',
    requests: 4,
    tabs: 'shared',
    storageLoss: { lag: 3 },
  },
  {
    name: 'lost storage, tabs apart, sign-out',
    ...{ requests: 3, tabs: 'apart', logout: true, storageLoss: { lag: 2 } },
  },
  {
    name: 'lost storage under a thief',
    ...{ requests: 3, tabs: 'shared', thief: { presentations: 2, isKeyless: true }, storageLoss: { lag: 2 } },
  },
  {
    name: 'a browser that crashes, its client waits for the flush',
    ...{ requests: 4, tabs: 'shared', crash: { isPaced: true }, restart: true },
  },
  { name: 'a second sign-in in the same jar', requests: 4, tabs: 'apart', second: 'sign-in' },
  {
    name: 'a second sign-in, sign-out from either',
    ...{ requests: 3, tabs: 'apart', second: 'sign-in', logout: true },
  },
  {
    name: 'a second origin, which also tries the first one’s cookies',
    requests: 4,
    tabs: 'apart',
    second: 'origin',
  },
  {
    name: 'a second origin, sign-out from either',
    ...{ requests: 3, tabs: 'apart', second: 'origin', logout: true },
  },
  {
    name: 'a thief between tabs apart',
    requests: 3,
    tabs: 'apart',
    thief: { presentations: 2, isKeyless: true },
  },
  {
    name: 'a thief of two sessions',
    requests: 3,
    tabs: 'apart',
    second: 'sign-in',
    thief: { presentations: 1 },
  },
  {
    name: 'a browser that crashes around a sign-out, the guard too',
    ...{ requests: 3, tabs: 'apart', logout: true, crash: { isPaced: true }, restart: true },
  },
];

/** What edgemint does not promise, each in a world that is as small as it can be. */
export const LIMITS: readonly Variant[] = [
  {
    name: 'a browser that crashes, its client does not wait',
    ...{ requests: 3, tabs: 'shared', crash: { isPaced: false } },
    limit: {
      property: 'P2',
      because:
        'a jar put back by two generations holds nothing but what is spent; so a client refreshes at most once between two flushes',
    },
  },
  {
    name: 'a page that forgot its pair',
    ...{ requests: 2, tabs: 'shared', forgetful: true },
    limit: {
      property: 'P2',
      because:
        'it asks without a key, and the page that has one is another attempt; so pages share what they know',
    },
  },
  {
    name: 'lost storage and a late duplicate from before it',
    ...{ requests: 3, tabs: 'shared', storageLoss: { lag: 1, lateDuplicates: true } },
    limit: {
      property: 'P2',
      because: 'a guard that lost the key of a generation, with the record behind, takes the safe side',
    },
  },
  {
    name: 'storage lost before KV was told of a sign-out',
    ...{ requests: 3, tabs: 'shared', logout: true, storageLoss: { lag: 0, missesEnds: true } },
    limit: {
      property: 'P4',
      because: 'both places that knew of it have failed, within the seconds of one put',
    },
  },
];
