// Vite plugin: after the build, bundles src/pwa/sw.ts to dist/sw.js with the list of files to keep offline, and
// puts the Content-Security-Policy into the page.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { FRAME_SCRIPT } from '../src/workers/pipeline/frame-script.ts';

/** Not part of the application: never asked for by the page. */
const LEFT_OUT = /\.map$|^sw\.js$|^_headers$/;

/** Code and style that stand in the page itself are allowed by what they are: they work where no file is loaded. */
function contentSecurityPolicy(html: string): string {
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const hashes = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) => hashOf(text!));
  return [
    "default-src 'none'",
    // The frame of a user's module is held to this policy and to its own, which is far narrower: what both allow is its
    // script, and the worker and the module that it makes of text.
    ["script-src 'self' blob: 'wasm-unsafe-eval'", ...hashes('script'), hashOf(FRAME_SCRIPT)].join(' '),
    "worker-src 'self' blob:",
    ["style-src 'self'", ...hashes('style')].join(' '),
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Instruments on the network are reached through WebSockets of any host; everything else is our own origin.
    "connect-src 'self' ws: wss:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder).sort()) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** The page and what it names: scripts, their static imports and styles. */
function shellOf(html: string): string[] {
  return ['index.html', ...[...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]!)];
}

export function serviceWorkerPlugin(): Plugin {
  let root = '';
  let outDir = '';
  return {
    name: 'pulsebench-service-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = join(config.root, config.build.outDir);
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy(html) },
          injectTo: 'head-prepend',
        },
      ],
    },
    async closeBundle() {
      const precache: string[] = [];
      const digest = createHash('sha256');
      for (const file of filesBelow(outDir)) {
        const path = relative(outDir, file).split(sep).join('/');
        if (LEFT_OUT.test(path)) continue;
        digest.update(path).update(readFileSync(file));
        precache.push(path);
      }
      digest.update(readFileSync(join(root, 'src/pwa/sw.ts')));
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        define: {
          SHELL: JSON.stringify(shellOf(readFileSync(join(outDir, 'index.html'), 'utf8'))),
          PRECACHE: JSON.stringify(precache),
          BUILD_ID: JSON.stringify(digest.digest('hex').slice(0, 16)),
        },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2022',
          rollupOptions: { input: join(root, 'src/pwa/sw.ts'), output: { entryFileNames: 'sw.js', format: 'iife' } },
        },
      });
    },
  };
}
