// What the benchmark of the simulator uses, bundled for Node.
export { makeCalibration } from '../src/devices/joulescope/js110/sim/calibration-file.ts';
export { Js110Model } from '../src/devices/joulescope/js110/sim/model.ts';
export { LOAD_PROFILES } from '../src/devices/sim/profiles.ts';
