import { LiveServer } from '../support/server.ts';
import { startKnownGood } from './provider.ts';
import { Side, USER } from './side.ts';

/** Starts both providers, with the same clients and a user at each. */
export async function startSides() {
  const server = await LiveServer.start({
    CLIENT_REGISTRATION: 'open',
    RESOURCES: 'https://api.example.com',
  });
  const knownGood = await startKnownGood();
  const [ours, theirs] = [await Side.create(server.url), await Side.create(knownGood.url)];
  // The other one takes any name.
  await ours.visitor.register(USER.username, USER.password);
  return {
    ours,
    theirs,
    async stop() {
      knownGood.stop();
      await server.stop();
    },
  };
}
