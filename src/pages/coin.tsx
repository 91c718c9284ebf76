/** The mark: a coin with a reeded edge, which mints once cut so that nobody could shave off silver unseen. */
export function Coin() {
  return (
    <svg class="coin" viewBox="0 0 32 32" aria-hidden="true">
      <circle class="reeding" cx="16" cy="16" r="14" />
      <circle class="face" cx="16" cy="16" r="11" />
      <path class="stamp" d="M11 16.5l3.5 3.5 6.5-7.5" />
    </svg>
  );
}
