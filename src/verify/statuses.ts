import { readStatus } from '../core/status/status-list.ts';

/** @returns whether a bit of a list is set; `undefined` if the list has no such bit */
export type Statuses = (index: number) => boolean | undefined;

const BYTES_OF_A_PLACE = Uint32Array.BYTES_PER_ELEMENT;

/**
 * Keeps of a list what tells all of it. Nearly always few bits are set, and their places take a fraction of the list: a Worker has
 * 128 MB for everything, and a thousand full lists would fill it.
 */
export function keepStatuses(bytes: Uint8Array): Statuses {
  const places = placesOf(bytes, bytes.length / BYTES_OF_A_PLACE);
  return places ? byPlaces(places, bytes.length * 8) : (index) => readStatus(bytes, index);
}

/** @returns which bits are set, in order; `undefined` if there are more than `most` */
function placesOf(bytes: Uint8Array, most: number): Uint32Array | undefined {
  const places: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0) continue;
    for (let index = at * 8; index < at * 8 + 8; index += 1) if (readStatus(bytes, index)) places.push(index);
    if (places.length > most) return undefined;
  }
  return Uint32Array.from(places);
}

/** By itself, so that it holds on to no bytes. */
function byPlaces(places: Uint32Array, size: number): Statuses {
  return (index) => (index < size ? isAmong(places, index) : undefined);
}

function isAmong(places: Uint32Array, index: number): boolean {
  let low = 0;
  for (let high = places.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  return places[low] === index;
}
