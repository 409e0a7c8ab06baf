// The page's server: the built page on this computer, as `npm start` serves it, without a bridge.
//   pulsebench serve [--port 4173] [--json]
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { isOwnHost, NOT_ITS_NAME } from './access.mjs';
import { listenAt, readPort } from './listening.mjs';
import { answerWithPage, findPage, refuse } from './page.mjs';

/** As `npm start`: what a browser keeps for the page belongs to its address. */
const DEFAULT_PORT = 4173;
const HOST = '127.0.0.1';

/** Serves the page until SIGINT or SIGTERM; resolves when it listens, or cannot, with an exit code. */
export async function runServer(args) {
  let options;
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        json: { type: 'boolean', default: false },
      },
    });
    options = { port: readPort('--port', values.port), json: values.json };
  } catch (error) {
    console.error(`serve: ${error.message}`);
    return 2;
  }
  const folder = findPage();
  if (folder === undefined) {
    console.error('serve: The page has not been built. Build it with "npm run build".');
    return 1;
  }
  const server = createServer((request, response) => {
    if (isOwnHost(request.headers.host ?? '', HOST)) answerWithPage(request, response, { folder, base: '/' });
    else refuse(response, 403, NOT_ITS_NAME);
  });
  try {
    const url = `http://${HOST}:${await listenAt(server, { port: options.port, listen: HOST })}/`;
    console.log(options.json ? JSON.stringify({ url }) : `The page is at ${url}. Ctrl-C ends it.`);
  } catch (error) {
    console.error(`serve: ${error.message}`);
    return 1;
  }
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, close);
  return 0;
}
