// What the benchmark of the simulator uses, bundled for Node.
export { makeCalibration } from '../src/devices/sim/js110/calibration-file.ts';
export { Js110Model } from '../src/devices/sim/js110/model.ts';
export { LOAD_PROFILES } from '../src/devices/sim/profiles.ts';
