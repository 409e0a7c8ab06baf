// Ownership of resources: whoever makes one gives it back through `Symbol.dispose`, which Node 20 has although it
// lacks `using` and `DisposableStack`.

/** Anything that gives back what it holds. `dispose` may be called twice; the second call does nothing. */
export interface Disposable {
  [Symbol.dispose](): void;
}
