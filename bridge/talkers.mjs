// The simulated instruments, built when a source is newer. The bundled bridge has src/cli/simulators.ts in place of this
// file (scripts/bridge-plugin.ts).
import { importBuilt } from '../scripts/node-build.mjs';

export async function simulatedTalkers() {
  const simulators = await importBuilt('simulators');
  return simulators.simulatedTalkers();
}

export async function simulatedServers() {
  const simulators = await importBuilt('simulators');
  return simulators.simulatedServers();
}
