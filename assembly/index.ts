// The core's whole export surface. No logic lives here: each line re-exports one room.
export { heapBase } from "./memory";
