/** A browser that is signed in to the console. The entry's key is a digest of its cookie. */
export interface ConsoleSession {
  readonly userId: string;
  readonly userTenantId: string;
  readonly beganAt: Date;
  /** What the markers of its forms are made with. It is never sent. */
  readonly formKey: string;
}

/** A working day: from the sign-in, whatever is done meanwhile. */
export const consoleSessionLifetimeSeconds = 28_800;
