type Sqlite = typeof import('node:sqlite');

/**
 * node:sqlite, loaded when a store is opened and not before. Node 22 announces it as experimental on every start; that
 * line says nothing to a user and is kept off stderr.
 */
export function sqlite(): Sqlite {
  const emit = process.emitWarning;
  const quiet = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emit, process, [warning, ...rest]);
  };
  process.emitWarning = quiet;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emit;
  }
}

/** The result code of SQLite, its extension stripped, or undefined for another error. */
export const sqliteCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

export const sqliteCodes = { error: 1, busy: 5, corrupt: 11, notADatabase: 26 } as const;
