// Vite plugin: after the build, bundles src/pwa/sw.ts to dist/sw.js with the list of files to keep offline. The headers of a
// response go to the service worker, to `vite preview` and into dist/_headers; their policy goes into the page, too.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { BRIDGE_FILE } from './bridge-plugin.ts';
import { contentSecurityPolicy, headersFile, responseHeaders } from './response-headers.ts';

/** Not part of the application: never asked for by the page. */
const LEFT_OUT = new Set(['sw.js', '_headers', BRIDGE_FILE]);

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
    apply: (_config, { command, isPreview }) => command === 'build' || isPreview === true,
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
    // Read anew each time: the folder may be built again while it is served.
    configurePreviewServer({ middlewares }) {
      middlewares.use((_request, response, next) => {
        const headers = responseHeaders(readFileSync(join(outDir, 'index.html'), 'utf8'));
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        next();
      });
    },
    async closeBundle() {
      const html = readFileSync(join(outDir, 'index.html'), 'utf8');
      writeFileSync(join(outDir, '_headers'), headersFile(html));
      const precache: string[] = [];
      const digest = createHash('sha256');
      for (const file of filesBelow(outDir)) {
        const path = relative(outDir, file).split(sep).join('/');
        if (LEFT_OUT.has(path) || path.endsWith('.map')) continue;
        digest.update(path).update(readFileSync(file));
        precache.push(path);
      }
      digest.update(readFileSync(join(root, 'src/pwa/sw.ts'))).update(headersFile(html));
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        define: {
          HEADERS: JSON.stringify(responseHeaders(html)),
          SHELL: JSON.stringify(shellOf(html)),
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
