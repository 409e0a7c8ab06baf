// `npm run test:browsers`: installs Firefox and WebKitGTK where that is possible (root, apt) and runs the stories of
// tests/browsers in them, on the built page. Words behind it choose stories by name.
import { ensureBrowsers } from './browsers.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureCore, ensureDependencies, runBin } from './run.mjs';

const words = process.argv.slice(2).join(' ');

ensureDependencies();
ensureBrowsers();
ensureChromium();
ensureCore();
runBin('vite', ['build', '--logLevel', 'warn']);
runBin('vitest', ['run', '--project', 'browsers', '--reporter=verbose', ...(words === '' ? [] : ['-t', words])]);
