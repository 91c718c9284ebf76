/** What each document says first: its letters, its width, and that it has a dark look, so that none flashes up white. */
export function Head() {
  return (
    <>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
    </>
  );
}
