// What the benchmark of the simulator uses, bundled for Node.
export { Js220Model } from '../src/devices/joulescope/js220/sim/model.ts';
export { LOAD_PROFILES } from '../src/devices/sim/profiles.ts';
