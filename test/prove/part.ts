/** What one part of `npm run prove` found out. */
export type Part = {
  name: string;
  /** Whether everything held that was to hold. */
  ok: boolean;
  /** What happened, with its figures, for a reader who was not there. */
  lines: string[];
};
