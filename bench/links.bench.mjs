// Queries a second and megabytes a second of each link to instruments that are spoken to in text, with the session above
// it, beside the same exchange by hand on the same simulated instrument: what framing, checks and the queue cost.
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { median, report, round } from './measure.mjs';

const BLOCK_BYTES = 4 * 2 ** 20;
const QUERIES = 2000;
const BLOCKS = 5;
const REPEATS = 5;
const ANSWER_BYTES = '1.2345E+00'.length;
const HEADER_BYTES = 11;

const { contestants } = await import(pathToFileURL(await bundleForNode('bench/links-entry.ts', 'links-entry')));

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
for (const [name, { bare, session, overheadBytes }] of Object.entries(await contestants(BLOCK_BYTES))) {
  const bareQuery = await seconds(QUERIES, () => bare('T?', ANSWER_BYTES + overheadBytes));
  const query = await seconds(QUERIES, () => session.query('T?'));
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
    what: `${name}: blocks of 4 MiB through link and session`,
    value: round((100 * bareBlock) / block, 0),
    unit: '% of the bare link’s rate',
    note: `${round(megabytes / block, 0)} MB/s beside ${round(megabytes / bareBlock, 0)} MB/s by hand`,
  });
}
report('links', 'links to instruments in text', rows);
process.exit(0);
