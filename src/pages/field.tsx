export type FieldProps = {
  name: string;
  label: string;
  /** `lines`: a text of several. */
  type?: 'text' | 'password' | 'lines';
  autocomplete: string;
  value?: string | undefined;
  hint?: string | undefined;
  error?: string | undefined;
  /** Refused together with a field that says why. */
  isInvalid?: boolean;
  autofocus?: boolean;
  isOptional?: boolean;
};

/** A labelled input, its hint and its error beside it, both read out with it. */
export function Field(props: FieldProps) {
  const { name, label, type = 'text', autocomplete, value, hint, error, isInvalid, autofocus } = props;
  const hintId = `${name}-hint`;
  const errorId = `${name}-error`;
  const described = [...(error ? [errorId] : []), ...(hint ? [hintId] : [])].join(' ');
  const common = {
    id: name,
    name,
    autocomplete,
    required: !props.isOptional,
    'aria-describedby': described || undefined,
    'aria-invalid': error || isInvalid ? 'true' : undefined,
    autofocus,
  } as const;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {type === 'lines' ? (
        <textarea {...common} rows={7} spellcheck={false}>
          {value}
        </textarea>
      ) : (
        <input {...common} type={type} value={value} {...(type === 'text' && { autocapitalize: 'none' })} />
      )}
      {error && (
        <p class="error" id={errorId}>
          {error}
        </p>
      )}
      {hint && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
