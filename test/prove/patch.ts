/** A bug, as an exact change of one source file. */
export type Patch = {
  name: string;
  /** The file, from the project's folder. */
  place: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
};

/** @throws Error if the patch doesn't fit the source any more */
export function applyPatch({ name, place, find, replace }: Patch, source: string): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${name}: ${place} has ${parts.length - 1} times: ${find}`);
  return parts.join(replace);
}
