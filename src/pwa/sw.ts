// Service worker: isolation headers where the host cannot send them, and the offline cache.
export {};
