/** What a user is told of an app. */
export type AppView = {
  /** What it is called. */
  clientName: string;
  /** Nobody checked that name. */
  isSelfNamed: boolean;
  /** Where the answer goes: the host, or the app's own scheme. */
  destination: string;
};

/** A client's name, set apart from our words: marks of direction in it turn nothing around it. */
export function AppName({ name }: { name: string }) {
  return (
    <strong>
      <bdi>{name}</bdi>
    </strong>
  );
}
