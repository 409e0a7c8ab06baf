// In the virtual machine: opens the built app and tries the parts that the first argument names, with commas.

import { tryJoulescopes } from './guest-joulescopes.mjs';
import { openPage } from './guest-page.mjs';
import { tryScpi } from './guest-scpi.mjs';

const TRY = { joulescope: tryJoulescopes, scpi: tryScpi };

const { page, close } = await openPage();
let isGood = true;
for (const part of process.argv[2].split(',')) isGood = (await TRY[part](page)) && isGood;
await close();
process.exit(isGood ? 0 : 1);
