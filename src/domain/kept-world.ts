/** A sandbox's world that took the place of its start's: seeded or imported while it ran. */
export interface KeptWorld {
  /** Changes of the directory belong to one world, and are no more when another takes its place. */
  readonly generation: string;
  /** The world as a seed file, AES-256-GCM, in base64. */
  readonly sealed: string;
}

/** One change of the directory since its world began; AES-256-GCM, in base64: it may hold a second factor's secret. */
export interface KeptChange {
  readonly sealed: string;
}
