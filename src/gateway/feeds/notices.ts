// What a feed has to say of its data, for the log.

/** One line for the log. */
export interface Notice {
  readonly level: 'info' | 'warn';
  readonly event: string;
  readonly message: string;
}

export type Notify = (notice: Notice) => void;
