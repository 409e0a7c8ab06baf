// Queries a second and megabytes a second of each link to instruments that are spoken to in text, with the session above
// it, beside the same exchange by hand on the same simulated instrument: what framing, checks and the queue cost. Then
// questions a second over TCP beside PyVISA with pyvisa-py and lxi-tools, to one simulated meter in a process of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { median, report, round } from './measure.mjs';

const BLOCK_BYTES = 4 * 2 ** 20;
/** A screen of 10 000 points of a byte. */
const TRACE_BYTES = 10_000;
const TRACES = 500;
const QUERIES = 2000;
const BLOCKS = 5;
const REPEATS = 5;
/** For rivals, which may hang. */
const RIVAL_OPTIONS = { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'ignore'] };
const ANSWER_BYTES = '1.2345E+00'.length;
const HEADER_BYTES = 11;

const { contestants, tcpSession } = await import(
  pathToFileURL(await bundleForNode('bench/links-entry.ts', 'links-entry'))
);

/** Median seconds of so many exchanges. */
async function seconds(count, exchange) {
  const runs = [];
  for (let repeat = -1; repeat < REPEATS; repeat++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) await exchange();
    if (repeat >= 0) runs.push((performance.now() - start) / 1000);
  }
  return median(runs);
}

const rows = [];
const links = await contestants({ blockBytes: BLOCK_BYTES, traceBytes: TRACE_BYTES });
for (const [name, { bare, session, overheadBytes }] of Object.entries(links)) {
  const bareQuery = await seconds(QUERIES, () => bare('T?', ANSWER_BYTES + overheadBytes));
  const query = await seconds(QUERIES, () => session.query('T?'));
  const bareTrace = await seconds(TRACES, () => bare('W?', HEADER_BYTES + TRACE_BYTES + overheadBytes));
  const trace = await seconds(TRACES, () => session.queryBlock('W?'));
  const bareBlock = await seconds(BLOCKS, () => bare('D?', HEADER_BYTES + BLOCK_BYTES + overheadBytes));
  const block = await seconds(BLOCKS, () => session.queryBlock('D?'));
  const megabytes = (BLOCKS * BLOCK_BYTES) / 1e6;
  rows.push({
    what: `${name}: short questions through link and session`,
    value: round((100 * bareQuery) / query, 0),
    unit: '% of the bare link’s rate',
    note: `${round(QUERIES / query, 0)}/s beside ${round(QUERIES / bareQuery, 0)}/s by hand`,
  });
  rows.push({
    what: `${name}: traces of 10 000 points through link and session`,
    value: round((100 * bareTrace) / trace, 0),
    unit: '% of the bare link’s rate',
    note: `${round(TRACES / trace, 0)}/s beside ${round(TRACES / bareTrace, 0)}/s by hand`,
  });
  rows.push({
    what: `${name}: blocks of 4 MiB through link and session`,
    value: round((100 * bareBlock) / block, 0),
    unit: '% of the bare link’s rate',
    note: `${round(megabytes / block, 0)} MB/s beside ${round(megabytes / bareBlock, 0)} MB/s by hand`,
  });
}

/** Each rival asks `*IDN?` as often as it is told, and says how many it gets in a second. */
const RIVALS = [
  {
    name: 'PyVISA with pyvisa-py',
    ask: (port) => Number(execFileSync('/usr/bin/python3', ['bench/links.py', port, QUERIES], RIVAL_OPTIONS)),
  },
  {
    name: 'lxi-tools',
    ask: (port) => {
      const args = ['benchmark', '-a', '127.0.0.1', '-p', port, '-r', '-c', QUERIES];
      return Number(/([\d.]+) requests\/s/.exec(execFileSync('lxi', args.map(String), RIVAL_OPTIONS))?.[1]);
    },
  },
];

/** `undefined` where the rival is not installed or does not run. */
function rateOf({ ask }, port) {
  try {
    const rate = ask(String(port));
    return rate > 0 ? rate : undefined;
  } catch {
    // said in its row
    return undefined;
  }
}

const bridge = spawn('node', ['bridge/server.mjs', '--port', '0', '--serve-simulators', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(createInterface(bridge.stdout), 'line');
  const port = JSON.parse(line).simulators['meter-keysight'];
  const session = await tcpSession(port);
  const rate = QUERIES / (await seconds(QUERIES, () => session.query('*IDN?')));
  await session.close();
  const what = 'questions over TCP to a simulated meter in another process';
  rows.push({ what, value: round(rate, 0), unit: '/s' });
  for (const rival of RIVALS) {
    const theirs = rateOf(rival, port);
    rows.push(
      theirs === undefined
        ? { what: `${what}: ${rival.name}`, value: '—', unit: '', note: 'not installed' }
        : { what: `${what}: ${rival.name}`, value: round(theirs, 0), unit: '/s', note: 'the rival, in the same run' },
    );
  }
} finally {
  bridge.kill();
}
report('links', 'links to instruments in text', rows);
process.exit(0);
