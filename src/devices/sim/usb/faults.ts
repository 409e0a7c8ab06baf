// What can go wrong with any simulated USB device, apart from its data: opening, claiming, control requests.

export interface UsbFaultOptions {
  /** Every control answer comes this much later. */
  readonly controlDelayMs?: number;
  /** Requests (bRequest) that stall. */
  readonly stalledRequests?: readonly number[];
  /** Requests that are never answered. */
  readonly mutedRequests?: readonly number[];
  readonly openError?: 'SecurityError' | 'NetworkError';
  /** claimInterface is refused, as when another program has the instrument. */
  readonly isClaimed?: boolean;
}
