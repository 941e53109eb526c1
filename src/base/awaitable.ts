/** A value at hand, or one to wait for. Hot paths wait only for the latter: `isPromise(value) ? await value : value`. */
export type Awaitable<Value> = Value | Promise<Value>;

export const isPromise = <Value>(value: Awaitable<Value>): value is Promise<Value> => value instanceof Promise;
