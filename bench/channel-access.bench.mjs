// Channel Access of the bridge, as libca of EPICS Base takes it (bench/channel-access.c, a process of its own). Updates a second
// of one variable that a page tells as fast as the bridge takes it, beside the same client at a server that sends frames made
// beforehand as fast as it can (bench/channel-access-bare.mjs): the limit. Then the processor time of the bridge that serves
// 30 numbers ten times a second to 20 clients, beside that of the bare server that sends the same messages.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { encodeFrame } from '../bridge/epics/frame.mjs';
import { EPICS_PROTOCOL } from '../bridge/epics/page-session.mjs';
import { ROOT } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const NAME = 'Channel Access';
const LIBRARY = '/usr/lib/x86_64-linux-gnu/libca.so.4.13.5';
const COUNTS = [1, 1000, 200_000];
const SECONDS = 3;
const REPEATS = 3;
const PVS = 30;
const RATE_HZ = 10;
const CLIENTS = 20;
const CROWD_SECONDS = 10;
/** What waits between page and bridge while it is told as fast as the bridge takes it. */
const MOST_UNSENT_BYTES = 2 ** 22;
const MOST_MESSAGES_AT_ONCE = 200;

if (!existsSync(LIBRARY)) {
  const what = 'updates to libca of EPICS Base';
  report('channel-access', NAME, [{ what, value: '—', unit: '', note: 'not installed (Debian: libca4.13.5)' }]);
  process.exit(0);
}
mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
const program = join(ROOT, 'build', 'bench', 'channel-access');
execFileSync('cc', ['-O2', '-o', program, join(ROOT, 'bench', 'channel-access.c'), LIBRARY]);
/** Clock ticks of /proc/PID/stat a second. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

async function startServer(script, ...args) {
  const child = spawn(process.execPath, [join(ROOT, script), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, line };
}

async function startBare(count, periodMs) {
  const { child, line } = await startServer('bench/channel-access-bare.mjs', count, periodMs);
  return { pid: child.pid, port: Number(line), end: () => child.kill() };
}

/** The bridge, and a page that serves `names`. */
async function startBridge(names, maxCount) {
  const { child, line } = await startServer('bridge/server.mjs', '--port', 0, '--epics', '--epics-port', 0, '--json');
  const { url, epics } = JSON.parse(line);
  const page = new WebSocket(`${url}/epics`, EPICS_PROTOCOL, { origin: 'http://localhost:4173' });
  await once(page, 'open');
  page.send(encodeFrame({ op: 'define', pvs: names.map((name) => ({ name, type: 'DOUBLE', maxCount })) }));
  await once(page, 'message');
  const tell = () =>
    page.send(
      encodeFrame({
        op: 'update',
        values: names.map((name) => ({
          name,
          type: 'DOUBLE',
          data: new Float64Array(maxCount).fill(performance.now()),
        })),
      }),
    );
  tell();
  return { pid: child.pid, port: epics.tcp, page, tell, end: () => child.kill() };
}

/** A client; `updates` are those that it takes in so many seconds from the call on. Its names are searched over TCP. */
function startClient(port, seconds, count, names) {
  const env = { ...process.env, EPICS_CA_NAME_SERVERS: `127.0.0.1:${port}`, EPICS_CA_AUTO_ADDR_LIST: 'NO' };
  const child = spawn(program, [seconds, count, ...names].map(String), { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  const updates = async () => {
    child.stdin.write('\n');
    return Number(await next());
  };
  return { ready: next(), updates };
}

async function updatesPerSecond(server, count, names) {
  const client = startClient(server.port, SECONDS, count, names);
  await client.ready;
  return (await client.updates()) / SECONDS;
}

function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Share of a core that the server takes while all clients follow, and the least share of the updates that one got. */
async function crowd(server, names) {
  const clients = Array.from({ length: CLIENTS }, () => startClient(server.port, CROWD_SECONDS, 1, names));
  await Promise.all(clients.map(({ ready }) => ready));
  const before = processorSeconds(server.pid);
  const begin = performance.now();
  const updates = await Promise.all(clients.map((client) => client.updates()));
  const share = (processorSeconds(server.pid) - before) / ((performance.now() - begin) / 1000);
  return { share, leastTaken: Math.min(...updates) / (PVS * RATE_HZ * CROWD_SECONDS) };
}

const rows = [];
for (const count of COUNTS) {
  const names = ['B:signal'];
  const ours = [];
  const bare = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const bridge = await startBridge(names, count);
    let isTelling = true;
    const telling = (async () => {
      while (isTelling) {
        for (let sent = 0; sent < MOST_MESSAGES_AT_ONCE && bridge.page.bufferedAmount < MOST_UNSENT_BYTES; sent++)
          bridge.tell();
        await new Promise((wake) => setImmediate(wake));
      }
    })();
    ours.push(await updatesPerSecond(bridge, count, names));
    isTelling = false;
    await telling;
    bridge.end();
    const server = await startBare(count, 0);
    bare.push(await updatesPerSecond(server, count, names));
    server.end();
  }
  const [rate, limit] = [median(ours), median(bare)];
  const megabytes = (perSecond) => round((perSecond * count * 8) / 1e6, 0);
  const inMegabytes = count > 1 ? `; ${megabytes(rate)} beside ${megabytes(limit)} MB/s` : '';
  rows.push({
    what: `updates of ${count.toLocaleString('en').replaceAll(',', ' ')} ${count === 1 ? 'double' : 'doubles'} from a page to libca`,
    value: round((100 * rate) / limit, 1),
    unit: '% of what libca takes from frames made beforehand',
    note: `${round(rate, 0)}/s beside ${round(limit, 0)}/s${inMegabytes}; page, bridge and client on two cores`,
  });
}

const names = Array.from({ length: PVS }, (_, index) => `B:v${index}`);
const bridge = await startBridge(names, 1);
const timer = setInterval(bridge.tell, 1000 / RATE_HZ);
const ours = await crowd(bridge, names);
clearInterval(timer);
bridge.end();
const server = await startBare(1, 1000 / RATE_HZ);
const bare = await crowd(server, names);
server.end();
rows.push({
  what: `${PVS} numbers, ${RATE_HZ} times a second, to ${CLIENTS} clients: processor time of the bridge`,
  value: round(100 * ours.share, 1),
  unit: '% of a core',
  note: `${round(100 * bare.share, 1)} % of the bare server with the same messages; each client got at least ${round(100 * ours.leastTaken, 1)} % of the updates (bare: ${round(100 * bare.leastTaken, 1)} %)`,
});
report('channel-access', NAME, rows);
process.exit(0);
