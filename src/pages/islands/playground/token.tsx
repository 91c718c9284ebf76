/** @jsxImportSource hono/jsx/dom */
import { useEffect, useState } from 'hono/jsx/dom';
import { checkSignature, type Json, takeApart, type Verdict } from './jwt.ts';
import type { Tokens } from './state.ts';
import type { PlaygroundTexts } from './texts.ts';

type Props = { tokens: Tokens; receivedAt: number; isOver: boolean; texts: PlaygroundTexts };

const INSTANTS = ['exp', 'nbf', 'iat', 'auth_time'];

/** Both tokens: the one taken apart, the other as opaque as it is. */
export function Token({ tokens, receivedAt, isOver, texts }: Props) {
  const taken = takeApart(tokens.access_token);
  const [header, payload, signature] = taken.parts;
  const { token: words } = texts;
  return (
    <section class="card token" aria-labelledby="token">
      <h2 id="token">{words.title}</h2>
      <p class="lead">{words.lead}</p>
      <Life {...{ tokens, receivedAt, texts }} />
      <p class="jwt mono">
        <span class="head">{header}</span>.<span class="load">{payload}</span>.
        <span class="sign">{signature}</span>
      </p>
      <Part kind="head" title={words.header} json={taken.header} texts={texts} />
      <Part kind="load" title={words.payload} json={taken.payload} texts={texts} />
      <div class="part sign">
        <h3>{words.signature}</h3>
        <Signature {...{ token: tokens.access_token, texts }} />
      </div>
      <h2>{words.refreshTitle}</h2>
      <p class="lead">{words.refreshLead}</p>
      <p class={isOver ? 'jwt mono over' : 'jwt mono'}>{tokens.refresh_token}</p>
    </section>
  );
}

/** Counts by this page's own clock from the moment the token came: the clock on the wall may be wrong. */
function Life({ tokens, receivedAt, texts }: Omit<Props, 'isOver'>) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, tokens.expires_in - (performance.now() - receivedAt) / 1_000);
  return (
    <div class="life">
      <label for="life">{texts.token.life}</label>
      <progress id="life" max={tokens.expires_in} value={left} class={left === 0 ? 'over' : ''} />
      <span class="left">{left === 0 ? texts.token.over : texts.token.left(Math.ceil(left))}</span>
    </div>
  );
}

function Part(props: { kind: string; title: string; json: Json; texts: PlaygroundTexts }) {
  const { kind, title, json, texts } = props;
  return (
    <div class={`part ${kind}`}>
      <h3>{title}</h3>
      <dl>
        {Object.entries(json).map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <code>{JSON.stringify(value)}</code>
              <span>
                {texts.claims[name]}
                {INSTANTS.includes(name) && ` ${new Date(Number(value) * 1_000).toLocaleTimeString()}`}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Signature({ token, texts }: { token: string; texts: PlaygroundTexts }) {
  const [verdict, setVerdict] = useState<Verdict | undefined>(undefined);
  const taken = takeApart(token);
  useEffect(() => {
    let isCurrent = true;
    setVerdict(undefined);
    checkSignature(taken).then(
      (found) => isCurrent && setVerdict(found),
      () => isCurrent && setVerdict('unchecked'),
    );
    return () => {
      isCurrent = false;
    };
  }, [token]);
  return <p>{verdict ? texts.token[verdict](String(taken.header.alg)) : texts.token.checking}</p>;
}
