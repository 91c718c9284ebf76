/** @jsxImportSource hono/jsx/dom */
import type { PlaygroundTexts } from './texts.ts';
import type { Exchange } from './wire.ts';

/** The exchanges as they were, each to be opened. */
export function Log({ log, texts }: { log: readonly Exchange[]; texts: PlaygroundTexts }) {
  return (
    <section class="card log" aria-labelledby="log">
      <h2 id="log">{texts.log.title}</h2>
      <p class="lead">{texts.log.lead}</p>
      <div>
        {log.map((exchange) => (
          <Entry key={exchange.id} exchange={exchange} texts={texts} />
        ))}
      </div>
    </section>
  );
}

function Entry({ exchange, texts: { log } }: { exchange: Exchange; texts: PlaygroundTexts }) {
  const { sender, fate, method, path, headers, body, status, answerHeaders, answer } = exchange;
  return (
    <details class={`${sender} ${fate}`}>
      <summary>
        <span class={`status s${Math.floor(status / 100)}`}>{status}</span>
        <code>
          {method} {path}
        </code>
        <span class="who">
          {log.sender[sender]}
          {fate !== 'arrived' && ` · ${log.fate[fate]}`}
        </span>
      </summary>
      <h3 class="caption">{log.request}</h3>
      <pre tabindex={0}>{[`${method} ${path}`, ...lines(headers), ...json(body)].join('\n')}</pre>
      <h3 class="caption">{log.answer}</h3>
      <pre tabindex={0}>{[String(status), ...lines(answerHeaders), ...json(answer)].join('\n')}</pre>
    </details>
  );
}

function lines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${shorten(value)}`);
}

function json(body: Readonly<Record<string, unknown>> | undefined): string[] {
  if (!body) return [];
  const shown = (_name: string, value: unknown) => (typeof value === 'string' ? shorten(value) : value);
  return ['', JSON.stringify(body, shown, 2)];
}

/** A token is recognised by its ends; all of it stands in the token's own place. */
function shorten(text: string): string {
  return text.replace(/[\w.-]{80,}/g, (token) => `${token.slice(0, 20)}…${token.slice(-12)}`);
}
