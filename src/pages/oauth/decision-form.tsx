export type DecisionFormProps = {
  action: string;
  /** Sent along as they are: they say what is answered. */
  fields: Readonly<Record<string, string>>;
  allow: string;
  deny: string;
};

/** Yes or no, each a button, so that it works without a script. */
export function DecisionForm({ action, fields, allow, deny }: DecisionFormProps) {
  return (
    <form method="post" action={action}>
      <HiddenFields fields={fields} />
      <button type="submit" name="decision" value="allow">
        {allow}
      </button>
      <button type="submit" name="decision" value="deny" class="plain">
        {deny}
      </button>
    </form>
  );
}

export function HiddenFields({ fields }: Pick<DecisionFormProps, 'fields'>) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
