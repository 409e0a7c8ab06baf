// Calls between the page and its workers: comlink, with our errors carried whole (class, code, context, cause
// chain) and AbortSignal as an argument. Control only; samples travel through shared memory or transfers.

import * as Comlink from 'comlink';
import type { ErrorCode, ErrorContext } from '../base/errors.ts';
import { FormatError, LabError, toError } from '../base/errors.ts';

interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: ErrorCode;
  readonly context?: ErrorContext;
  readonly offsetBytes?: number;
  readonly cause?: WireError;
}

/** An error as plain data. */
export function encodeError(thrown: unknown): WireError {
  return encode(toError(thrown));
}

/** A cause stays as it is: in our words it would be an error with the same cause again. */
function encode(error: Error): WireError {
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error instanceof LabError ? { code: error.code, context: error.context } : {}),
    ...(error instanceof FormatError && error.offsetBytes !== undefined ? { offsetBytes: error.offsetBytes } : {}),
    ...(error.cause === undefined ? {} : { cause: encode(asError(error.cause)) }),
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The error again, as an instance of the class that it had. */
export function decodeError(wire: WireError): Error {
  const options = {
    ...(wire.cause ? { cause: decodeError(wire.cause) } : {}),
    ...(wire.context ? { context: wire.context } : {}),
  };
  let error: Error;
  if (wire.name === 'FormatError' && wire.code?.startsWith('format/')) {
    error = new FormatError(
      wire.code as Extract<ErrorCode, `format/${string}`>,
      wire.message,
      wire.offsetBytes,
      options,
    );
  } else if (wire.code) {
    error = new LabError(wire.code, wire.message, options);
  } else {
    error = new Error(wire.message, options);
    error.name = wire.name;
  }
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

// comlink wraps everything that a call throws in { value } and sends it through the "throw" handler.
type ThrownValue = { readonly value: unknown };

/** Installs our transfer handlers. Call once at the start of the page and of every worker. */
export function installRpc(): void {
  const throwHandler = Comlink.transferHandlers.get('throw') as Comlink.TransferHandler<ThrownValue, unknown>;
  Comlink.transferHandlers.set('throw', {
    canHandle: throwHandler.canHandle,
    serialize: ({ value }: ThrownValue) => [encodeError(value), []],
    deserialize: (wire: unknown) => {
      throw decodeError(wire as WireError);
    },
  } as Comlink.TransferHandler<ThrownValue, unknown>);
  Comlink.transferHandlers.set('abort-signal', {
    canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
    serialize: (signal: AbortSignal) => {
      const { port1, port2 } = new MessageChannel();
      if (signal.aborted) port1.postMessage('abort');
      else signal.addEventListener('abort', () => port1.postMessage('abort'), { once: true });
      return [port2, [port2]];
    },
    deserialize: (port: MessagePort) => {
      const controller = new AbortController();
      port.onmessage = () => {
        controller.abort();
        port.close();
      };
      return controller.signal;
    },
  } as Comlink.TransferHandler<AbortSignal, MessagePort>);
}

export type { Remote } from 'comlink';
export { expose, proxy, transfer, wrap } from 'comlink';
