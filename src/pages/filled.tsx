import type { Child } from 'hono/jsx';

type Props = { text: string; values: Readonly<Record<string, Child>> };

/** A text with more than letters in its places. @see fill */
export function Filled({ text, values }: Props) {
  // Split at its places, each second part is the name of one.
  return <>{text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : values[part]))}</>;
}
