/** One rule turned off, and the test that must then fail. */
export interface Mutation {
  /** The requirement id, as in docs/requirements.json. */
  readonly id: string;
  /** The file of src/ or catalog/ in which the rule stands. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The file of the test, and a piece of its title. */
  readonly test: { readonly file: string; readonly title: string };
}
